#!/usr/bin/env node
/** The entry of `notify-runner`: environment, signals and exit status; everything else is elsewhere. */
import { createProcessIo, leave, oneSentence } from './process-io.ts';
import { runDue } from './run-due.ts';
import { readRunnerSettings } from './settings.ts';

const args = process.argv.slice(2);

/** Cron's way in, without arguments, passes the command line's parser by. */
async function run(): Promise<number> {
  const io = createProcessIo();
  if (args.length > 0) {
    const { runProgram } = await import('./program.ts');
    return runProgram(args, io);
  }
  return runDue(io, readRunnerSettings(io.environment, io.home), { lines: io.terminal });
}

leave(await run().catch((error: unknown) => oneSentence('notify-runner', error)));
