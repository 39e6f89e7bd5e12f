import { createBotClient } from '../../delivery/bot-client.ts';
import { deliver } from '../../delivery/deliver.ts';
import type { DeliveryContext } from '../../delivery/delivery-context.ts';
import { type CommandRun, runCommand } from '../../execution/process/run-command.ts';
import type { NotificationContent } from '../../notification.ts';
import type { RunnerSettings } from '../../settings.ts';
import { createRunnerLog } from '../../state/runner-log.ts';
import { commandEndText, notStartedText } from '../../text/command-text.ts';
import { warningText } from '../../text/run-text.ts';
import { submitFailureText } from '../../text/submit-text.ts';
import { destinationsIn } from '../destinations-in.ts';
import type { RunnerIo } from '../io.ts';

export interface ExecOptions {
  /** Names of destinations; one may hold several between commas. */
  readonly to?: readonly string[];
  readonly name?: string;
  readonly onlyFailure?: boolean;
}

/** Milliseconds to wait for the delivery: none, so that the shell goes on. */
const WAIT_MS = 0;
/** UTF-16 units. */
const MAX_NAME = 80;
const MAX_TITLE = 1000;

function contentOf(
  name: string,
  { end, tail, took }: CommandRun,
  to: readonly string[] | undefined,
): NotificationContent {
  const title = end.status === 0 ? `✓ ${name} is done` : `✗ ${name} failed`;
  return {
    ...(to && { to }),
    title: title.slice(0, MAX_TITLE),
    message: commandEndText(end, tail, took),
    ...(end.status !== 0 && { severity: 'high' as const }),
    attachments: [],
  };
}

/**
 * `notify-runner exec -- CMD…`: the command's output, signals and exit status pass through. The message is extra and
 * never changes the status.
 */
export async function exec(
  io: RunnerIo,
  settings: RunnerSettings,
  command: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const words = command[0] === '--' ? command.slice(1) : command;
  // Before the command runs: a wrong name is not to be found out hours later.
  const to = options.to && destinationsIn(options.to);
  const printError = (sentence: string) => io.err(`notify-runner: ${sentence}\n`);
  const run = await runCommand(words, {
    stdout: process.stdout,
    stderr: process.stderr,
    started: (kill) =>
      io.onSignal((signal) => {
        // A terminal sends Ctrl-C to the command itself.
        if (signal !== 'SIGINT' || !io.errTerminal) kill(signal);
      }),
  });
  const { end, took } = run;
  if (end.code === 'not_found' || end.code === 'not_started') printError(notStartedText(end));
  if (options.onlyFailure && end.status === 0) return 0;
  const { stateDir, socketPath } = settings;
  const line = words.join(' ');
  const name = options.name ?? (line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1)}…` : line);
  const client = createBotClient({ socketPath, wait: WAIT_MS });
  const log = createRunnerLog(stateDir, settings.logLevel);
  try {
    const context: DeliveryContext = {
      stateDir,
      client,
      log,
      warn: (warning) => printError(warningText(warning)),
      now: Date.now,
    };
    const result = await deliver(context, { source: 'notify-runner exec', content: contentOf(name, run, to) });
    log.info({ command: name, status: end.status, seconds: Math.round(took) / 1000 }, 'exec');
    if (result.kind === 'unavailable') {
      printError(`${submitFailureText(result.failure)}${result.stored ? ' The next run tries again.' : ''}`);
    }
    if (result.kind === 'refused') printError(`The bot refused the message: ${submitFailureText(result.failure)}`);
  } finally {
    await client.close();
  }
  return end.status;
}
