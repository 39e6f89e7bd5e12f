import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { errnoOf } from '../../../core/problem.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { createBotClient } from '../../delivery/bot-client.ts';
import { deliver } from '../../delivery/deliver.ts';
import type { NotificationContent } from '../../delivery/pending.ts';
import { createTail, type Tail } from '../../execution/capture.ts';
import { createShellPipes } from '../../execution/shell-pipe.ts';
import type { RunnerSettings } from '../../settings.ts';
import { createRunnerLog } from '../../state/runner-log.ts';
import { capitalised, codeBlock, literal } from '../../text/failure-messages.ts';
import type { RunnerIo } from '../io.ts';

export interface ExecOptions {
  readonly name?: string;
  readonly onlyFailure?: boolean;
}

interface Ended {
  /** As a shell has it: 128 and the signal's number for one that was killed. */
  readonly status: number;
  /** In words: `exit code 3`. */
  readonly how: string;
  readonly tail: string;
  /** Milliseconds. */
  readonly took: number;
}

const TAIL_BYTES = 8192;
/** How long output may go on once the command ended, ms. */
const LINGER_MS = 1000;
/** Answers of the bot are not worth holding up a shell for longer, ms. */
const WAIT_MS = 0;

/** `1h 2m`, `3m 12s`, `4.5 s`, `80 ms`. */
function howLong(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}h ${minutes}m` : `${minutes}m ${seconds % 60}s`;
}

const endedBy = (signal: NodeJS.Signals) =>
  `ended by ${signal}${signal === 'SIGPIPE' ? ': nobody read its output any more' : ''}`;

function notStarted(error: unknown, command: string): Pick<Ended, 'status' | 'how'> {
  const missing = errnoOf(error) === 'ENOENT';
  return { status: missing ? 127 : 126, how: missing ? `${command} was not found` : `not started: ${reasonOf(error)}` };
}

/**
 * Passes what the command says on, with its own speed: whoever reads slowly holds it up, as without us. Once our reader
 * has gone away, as `head` does, the command's has too. A full disk takes no more; the command goes on.
 */
function pass(from: Readable, to: NodeJS.WritableStream, tail: Tail): void {
  from.on('data', (chunk: Buffer) => tail.add(chunk));
  to.on('error', (error) => {
    from.unpipe(to);
    if (errnoOf(error) === 'EPIPE') from.destroy();
    else from.resume();
  });
  from.pipe(to, { end: false });
}

const closing = (stream: Readable | null) =>
  new Promise<void>((resolve) => {
    if (stream === null) resolve();
    else stream.once('close', resolve);
  });

function runCommand(io: RunnerIo, [command = '', ...args]: readonly string[]): Promise<Ended> {
  const began = performance.now();
  const tail = createTail(TAIL_BYTES);
  return new Promise((resolve) => {
    const pipes = createShellPipes();
    const child = spawn(command, args, {
      stdio: ['inherit', pipes?.[0].writeEnd ?? 'pipe', pipes?.[1].writeEnd ?? 'pipe'],
    });
    for (const { closeWriteEnd } of pipes ?? []) closeWriteEnd();
    const [stdout, stderr] = [pipes?.[0].reader ?? child.stdout, pipes?.[1].reader ?? child.stderr];
    const closed = Promise.all([closing(stdout), closing(stderr)]);
    if (stdout) pass(stdout, process.stdout, tail);
    if (stderr) pass(stderr, process.stderr, tail);
    io.onSignal((signal) => {
      // A terminal has sent Ctrl-C to the command itself already.
      if (signal !== 'SIGINT' || !io.errTerminal) child.kill(signal);
    });
    const end = (ended: Pick<Ended, 'status' | 'how'>) =>
      resolve({ ...ended, tail: tail.text(), took: performance.now() - began });
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      const ended = notStarted(error, command);
      io.err(`notify-runner: ${ended.how}.\n`);
      end(ended);
    });
    child.once('exit', (code, signal) => {
      const ended =
        signal === null
          ? { status: code ?? 1, how: code === 0 ? 'done' : `exit code ${code}` }
          : { status: 128 + constants.signals[signal], how: endedBy(signal) };
      // Something left in the background may hold the pipes for ever.
      const linger = setTimeout(() => end(ended), LINGER_MS);
      void closed.then(() => {
        clearTimeout(linger);
        end(ended);
      });
    });
  });
}

function contentOf(name: string, { status, how, tail, took }: Ended): NotificationContent {
  const title = status === 0 ? `✓ ${name} is done` : `✗ ${name} failed`;
  const message = `${status === 0 ? 'Exit code 0' : literal(capitalised(how))}, after ${howLong(took)}.${codeBlock(tail)}`;
  return { title: title.slice(0, 1000), message, ...(status !== 0 && { severity: 'high' as const }), attachments: [] };
}

/**
 * `notify-runner exec -- CMD…`: the command's output, signals and exit status pass through; telling is extra, and
 * never changes the status.
 */
export async function exec(
  io: RunnerIo,
  settings: RunnerSettings,
  command: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const words = command[0] === '--' ? command.slice(1) : command;
  const ended = await runCommand(io, words);
  if (options.onlyFailure && ended.status === 0) return 0;
  const { stateDir, socketPath } = settings;
  const name = options.name ?? (words.join(' ').length > 80 ? `${words.join(' ').slice(0, 79)}…` : words.join(' '));
  const handOver = createBotClient({ socketPath, stateDir, wait: WAIT_MS });
  const warn = (sentence: string) => io.err(`notify-runner: ${sentence}\n`);
  const log = createRunnerLog(stateDir, settings.logLevel);
  try {
    const outlet = { stateDir, handOver, log, warn, now: Date.now };
    const handed = await deliver(outlet, { source: 'notify-runner exec', content: contentOf(name, ended) });
    log.info({ command: name, status: ended.status, seconds: Math.round(ended.took) / 1000 }, 'exec');
    if (handed.kind === 'away') warn(`${handed.reason}${handed.stored ? ' The next run tries again.' : ''}`);
    if (handed.kind === 'refused') warn(`The bot refused the message: ${handed.reason}`);
  } finally {
    await handOver.close();
  }
  return ended.status;
}
