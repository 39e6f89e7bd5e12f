#!/usr/bin/env node
/** The entry of `notify-scripts`: environment, signals and exit status; everything else is elsewhere. */
import { createProcessIo, leave, oneSentence } from './process-io.ts';
import { runScriptsProgram } from './scripts-program.ts';

async function run(): Promise<number> {
  return runScriptsProgram(process.argv.slice(2), createProcessIo());
}

leave(await run().catch((error: unknown) => oneSentence('notify-scripts', error)));
