#!/usr/bin/env node
import { mailedOnce } from './cli/due/mailed-once.ts';
import { runDue } from './cli/due/run-due.ts';
/** The entry of `notify-runner`: environment, signals and exit status. */
import { isUnattended } from './cli/io.ts';
import { createProcessIo, leave, reportError } from './cli/process-io.ts';
import { readRunnerSettings } from './settings.ts';

/** Without arguments, as cron starts it, the parser of the command line is not loaded. */
async function run(args: readonly string[]): Promise<number> {
  const io = createProcessIo();
  if (args.length > 0) {
    const { runProgram } = await import('./cli/program.ts');
    return runProgram(args, io);
  }
  const fromCron = isUnattended(io);
  return mailedOnce(fromCron, async () => runDue(io, readRunnerSettings(io), { fromCron }));
}

run(process.argv.slice(2))
  .catch((error: unknown) => reportError('notify-runner', error))
  .then(leave);
