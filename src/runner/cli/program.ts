/** The command line of `notify-runner`; each command is loaded when it is called. */
import type { Command } from 'commander';
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../../shared/process/command-line.ts';
import { readRunnerSettings } from '../settings.ts';
import { addBotCommands, type Run, type RunFor } from './bot-commands.ts';
import { mailedOnce } from './due/mailed-once.ts';
import { DONE, isUnattended, type RunnerIo } from './io.ts';
import { timeout, wholeNumber } from './options.ts';
import { runCommandLine } from './run-command-line.ts';

const runOptions = (command: Command): Command =>
  command
    .option(
      '-j, --jobs <number>',
      'scripts at a time (default: number of cores, at least 4)',
      wholeNumber('--jobs', 1, 256),
    )
    .option('-t, --timeout <duration>', 'time for each script; takes precedence over its header', timeout)
    .option('-v, --verbose', 'a line for each script')
    .option('--json', 'print JSON');

function addScriptCommands(program: Command, io: RunnerIo, { run, runFor }: { run: Run; runFor: RunFor }): void {
  runOptions(
    program
      .command('run')
      .argument('[name...]', 'scripts, with or without their ending; none: what is due, or with --force all')
      .description('run scripts now, whatever their schedule says')
      .option('-f, --force', 'send even while the cooldown lasts')
      .option('-n, --dry-run', 'show what would be sent; send and remember nothing')
      .option('--no-output', "leave the scripts' own output out of the JSON"),
  ).action((names: string[], options) =>
    runFor(options, async (settings) => (await import('./commands/run.ts')).run(io, settings, names, options)),
  );
  program
    .command('list')
    .description('list your scripts: schedule, last run, last result, cooldown left')
    .option('--json', 'print JSON')
    .option('--names', 'print the names alone, one a line')
    .action((options) =>
      runFor(options, async (settings) => (await import('./commands/list.ts')).list(io, settings, options)),
    );
  program
    .command('init')
    .description('create the folder, an example script and a crontab line, where they are missing; repair the line')
    .option('--undo', 'remove the crontab line, or the timer, again; scripts and state stay')
    .option('--timer', 'use a timer of your systemd instead of the crontab, as without cron')
    .option('--here', 'run the scripts on this host, of those that share your home')
    .action(({ undo, ...options }: { undo?: boolean; timer?: boolean; here?: boolean }) =>
      run(async (settings) => {
        if (undo) return (await import('./setup/undo.ts')).undo(io, settings);
        return (await import('./setup/init.ts')).init(io, settings, options);
      }),
    );
  program
    .command('logs')
    .description('show the end of the log')
    .option('-f, --follow', 'go on showing what is added')
    .option('-n, --lines <number>', 'how many lines', wholeNumber('--lines', 0, 100_000), 50)
    .option('-s, --script <name>', 'only lines about this script, named with or without its ending')
    .option('--json', 'print the lines as they are: JSON')
    .action((options) => run(async (settings) => (await import('./commands/logs.ts')).logs(io, settings, options)));
  program
    .command('doctor')
    .description('check everything that a notification needs, and say what to do')
    .option('--json', 'print JSON')
    .action((options) => run(async (settings) => (await import('./doctor/doctor.ts')).doctor(io, settings, options)));
}

function addCompletion(program: Command, io: RunnerIo, ended: (status: number) => void): void {
  program
    .command('completion')
    .addArgument(program.createArgument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .description('print the completion for your shell')
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('./completion/completion.ts');
      io.out(completion(shell, program));
      ended(DONE);
    });
}

/** Codes of Problems that mean wrong usage. */
const MISUSE: readonly Code[] = ['bad_setting', 'bad_name', 'usage'];
const isMisuse = (error: unknown): boolean => error instanceof Problem && MISUSE.includes(error.code);

/** Creates the command line; `ended` receives the exit status of the command. */
export function createProgram(io: RunnerIo, ended: (status: number) => void): Command {
  const run: Run = async (action) => ended(await action(readRunnerSettings(io)));
  const runFor: RunFor = async ({ json }, action) => {
    try {
      await run(action);
    } catch (error) {
      if (json && error instanceof Problem) io.out(`${JSON.stringify({ error: error.message, code: error.code })}\n`);
      throw error;
    }
  };
  const program = beginProgram('notify-runner', io)
    .description(
      'Runs your notification scripts and sends their notifications to Telegram. Without a command: runs what is due, as cron does.',
    )
    .enablePositionalOptions();
  runOptions(program).action((options) => {
    refuseUnknownCommand(program);
    const fromCron = isUnattended(io);
    const isMailed = fromCron && !options.verbose && !options.json;
    return mailedOnce(isMailed, async () => {
      const { runDue } = await import('./due/run-due.ts');
      return runDue(io, readRunnerSettings(io), { ...options, ...(options.verbose && { lines: true }), fromCron });
    }).then(ended);
  });
  addScriptCommands(program, io, { run, runFor });
  addBotCommands(program, io, { run, runFor, ended, isMisuse });
  addCompletion(program, io, ended);
  finishProgram(program, io.err);
  // After the commands, which would inherit it.
  return program.allowExcessArguments();
}

/**
 * Runs `notify-runner` with its arguments.
 *
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage
 */
export function runProgram(args: readonly string[], io: RunnerIo): Promise<number> {
  return runCommandLine(createProgram, args, io, MISUSE);
}
