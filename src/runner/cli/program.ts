/** The command line of `notify-runner`; each command is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../../core/notification.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../../shared/process/command-line.ts';
import { parseTimeout } from '../scripts/header.ts';
import { readRunnerSettings } from '../settings.ts';
import { DONE, type RunnerIo } from './io.ts';
import { runCommandLine } from './run-command-line.ts';

function wholeNumber(flag: string, least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `${flag}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(text)}.`,
    );
  };
}

function duration(text: string): number {
  try {
    return parseTimeout(text, '--timeout');
  } catch (error) {
    throw new InvalidArgumentError(sentenceOf(error));
  }
}

const collect = (value: string, earlier: string[] = []) => [...earlier, value];

const runOptions = (command: Command): Command =>
  command
    .option(
      '-j, --jobs <number>',
      'scripts at a time (default: number of cores, at least 4)',
      wholeNumber('--jobs', 1, 256),
    )
    .option('-t, --timeout <duration>', 'time for each script, over what its header says', duration)
    .option('-v, --verbose', 'a line for each script')
    .option('--json', 'print JSON');

type Action = (settings: ReturnType<typeof readRunnerSettings>) => Promise<number>;

/** Builds the command line; `ended` is told the exit status of what was run. */
export function createProgram(io: RunnerIo, ended: (status: number) => void): Command {
  const act = async (action: Action) => ended(await action(readRunnerSettings(io.environment, io.home)));
  /** As `act`; with --json it tells programs on standard output too why nothing came of it. */
  const actFor = async ({ json }: { readonly json?: boolean }, action: Action) => {
    try {
      await act(action);
    } catch (error) {
      if (json && error instanceof Problem) io.out(`${JSON.stringify({ error: error.message, code: error.code })}\n`);
      throw error;
    }
  };
  const program = beginProgram('notify-runner', io)
    .description(
      'Runs your notification scripts and tells you in Telegram. Without a command: runs what is due, as cron does.',
    )
    .enablePositionalOptions();
  runOptions(program).action((options) => {
    refuseUnknownCommand(program);
    return act(async (settings) => {
      const { runDue } = await import('../execution/run-due.ts');
      return runDue(io, settings, { ...options, ...(options.verbose && { lines: true }) });
    });
  });
  runOptions(
    program
      .command('run')
      .argument('[name...]', 'scripts, with or without their ending; none: what is due, or with --force all')
      .description('run scripts now, whatever their schedule says')
      .option('-f, --force', 'send even while the cooldown lasts')
      .option('-n, --dry-run', 'show what would be sent; send and remember nothing')
      .option('--no-output', 'leave out of the JSON what the scripts said'),
  ).action((names: string[], options) =>
    actFor(options, async (settings) => (await import('./commands/run.ts')).run(io, settings, names, options)),
  );
  program
    .command('list')
    .description('list your scripts: schedule, last run, last result, cooldown left')
    .option('--json', 'print JSON')
    .option('--names', 'print the names alone, one a line')
    .action((options) =>
      actFor(options, async (settings) => (await import('./commands/list.ts')).list(io, settings, options)),
    );
  program
    .command('link')
    .argument('[code]', 'the six digits that the bot answers to /start; none: show a link and a QR code to open')
    .description('link your account to a Telegram chat')
    .option('--no-wait', 'show the link and do not wait until it is opened')
    .option('--json', 'print JSON')
    .action((code: string | undefined, options) =>
      actFor(options, async (settings) => (await import('./commands/link.ts')).link(io, settings, code, options)),
    );
  program
    .command('unlink')
    .description('end your link')
    .option('--json', 'print JSON')
    .action((options) =>
      actFor(options, async (settings) => (await import('./commands/status.ts')).unlink(io, settings, options)),
    );
  program
    .command('status')
    .description('show whether you are linked, and what waits')
    .option('--json', 'print JSON')
    .action((options) =>
      actFor(options, async (settings) => (await import('./commands/status.ts')).status(io, settings, options)),
    );
  program
    .command('send')
    .argument('[text]', 'what to say, in Markdown; "-" or nothing: standard input')
    .description('send yourself a message')
    .option('--title <title>', 'a bold first line')
    .option('--file <path>', 'a file to send along')
    .option('--image <path>', 'an image to send along; may be repeated', collect)
    .addOption(new Option('--severity <level>', 'how urgent it is').choices([...SEVERITIES]))
    .option('--silent', 'arrive without a sound')
    .addOption(new Option('--plain', 'the text is not Markdown').conflicts('code'))
    .option('--code', 'the text as it is, in fixed width, for tables and output')
    .option('--json', 'print JSON')
    .action((text: string | undefined, options) =>
      actFor(options, async (settings) => (await import('./commands/send.ts')).send(io, settings, text, options)),
    );
  program
    .command('exec')
    .argument('<command>', 'what to run')
    .argument('[argument...]', 'and its arguments')
    .description('run a command and be told when it is done; put -- before it')
    .option('--name <name>', 'what to call it')
    .option('--only-failure', 'tell only when it fails')
    .passThroughOptions()
    .action((command: string, args: string[], options) =>
      act(async (settings) => (await import('./commands/exec.ts')).exec(io, settings, [command, ...args], options)),
    );
  program
    .command('init')
    .description('make the folder, an example script and a crontab line, where they are missing')
    .action(() => act(async (settings) => (await import('./setup/init.ts')).init(io, settings)));
  program
    .command('logs')
    .description('show the end of the log')
    .option('-f, --follow', 'go on showing what is added')
    .option('-n, --lines <number>', 'how many lines', wholeNumber('--lines', 0, 100_000), 50)
    .option('-s, --script <name>', 'only what is about this script, named with or without its ending')
    .option('--json', 'print the lines as they are: JSON')
    .action((options) => act(async (settings) => (await import('./commands/logs.ts')).logs(io, settings, options)));
  program
    .command('doctor')
    .description('look at everything a notification needs, and say what to do')
    .option('--json', 'print JSON')
    .action((options) => act(async (settings) => (await import('./commands/doctor.ts')).doctor(io, settings, options)));
  program
    .command('web')
    .description('print a one-time address that logs you in to the dashboard')
    .option('--json', 'print JSON')
    .action((options) => act(async (settings) => (await import('./commands/web.ts')).web(io, settings, options)));
  program
    .command('completion')
    .addArgument(program.createArgument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .description('print the completion for your shell')
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('./completion/completion.ts');
      io.out(completion(shell, program));
      ended(DONE);
    });
  finishProgram(program, io.err);
  // After the commands, which take this over when they are made.
  return program.allowExcessArguments();
}

/**
 * Runs `notify-runner` with its arguments.
 *
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage
 */
export function runProgram(args: readonly string[], io: RunnerIo): Promise<number> {
  return runCommandLine(createProgram, args, io, ['bad_setting', 'bad_name', 'usage']);
}
