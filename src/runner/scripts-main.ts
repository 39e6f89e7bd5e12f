#!/usr/bin/env node
/** The entry of `notify-scripts`: environment, signals and exit status. */
import { createProcessIo, leave, reportError } from './cli/process-io.ts';

async function run(args: readonly string[]): Promise<number> {
  const { runScriptsProgram } = await import('./cli/scripts-program.ts');
  return runScriptsProgram(args, createProcessIo());
}

run(process.argv.slice(2))
  .catch((error: unknown) => reportError('notify-scripts', error))
  .then(leave);
