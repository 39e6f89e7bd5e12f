#!/usr/bin/env node
/** The entry of `notify-runner`: environment, signals and exit status; everything else is elsewhere. */
import { createProcessIo, leave, oneSentence } from './cli/process-io.ts';
import { runDue } from './execution/run-due.ts';
import { readRunnerSettings } from './settings.ts';

/** Cron's way in, without arguments, passes the command line's parser by. */
async function run(args: readonly string[]): Promise<number> {
  const io = createProcessIo();
  if (args.length > 0) {
    const { runProgram } = await import('./cli/program.ts');
    return runProgram(args, io);
  }
  return runDue(io, readRunnerSettings(io.environment, io.home), {});
}

run(process.argv.slice(2))
  .catch((error: unknown) => oneSentence('notify-runner', error))
  .then(leave);
