/** Runs a person's command as if they had run it themselves, and keeps the end of its output. */
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { errnoOf } from '../../../core/problem.ts';
import type { CommandEnd } from '../../outcomes.ts';
import { createTail, type Tail } from './capture.ts';
import { createPipeSupply } from './shell-pipe.ts';

/** A command that has ended. */
export interface CommandRun {
  readonly end: CommandEnd;
  /** The end of standard output and standard error. */
  readonly tail: string;
  /** Milliseconds. */
  readonly took: number;
}

export interface RunCommandOptions {
  /** Where its output goes. */
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Called at the start with a function that sends the command a signal. */
  readonly started: (kill: (signal: NodeJS.Signals) => void) => void;
}

const TAIL_BYTES = 8192;
/** How long output may go on once the command has ended, ms: a background process may hold the pipes for ever. */
const LINGER_MS = 1000;

/**
 * Passes output on at the reader's speed, as without us. When our reader closes, as `head` does, the command's reader
 * closes too. A full disk takes no more output, but does not stop the command.
 */
function passOn(from: Readable, to: NodeJS.WritableStream, tail: Tail): void {
  from.on('data', (chunk: Buffer) => tail.add(chunk));
  to.on('error', (error) => {
    from.unpipe(to);
    if (errnoOf(error) === 'EPIPE') from.destroy();
    else from.resume();
  });
  from.pipe(to, { end: false });
}

const whenClosed = (stream: Readable) => new Promise<void>((resolve) => stream.once('close', resolve));

function endOf(command: string, result: { exitCode?: number; signal?: NodeJS.Signals; cause?: unknown }): CommandEnd {
  const { exitCode, signal, cause } = result;
  if (signal !== undefined) return { code: 'signal', signal, status: 128 + constants.signals[signal] };
  if (exitCode !== undefined) return { code: 'exit_status', status: exitCode };
  if (errnoOf(cause) === 'ENOENT') return { code: 'not_found', command, status: 127 };
  return { code: 'not_started', cause, status: 126 };
}

/** Runs a command to its end; its standard input is that of this process. */
export async function runCommand(
  [command = '', ...args]: readonly string[],
  { stdout, stderr, started }: RunCommandOptions,
): Promise<CommandRun> {
  const startedAt = performance.now();
  const tail = createTail(TAIL_BYTES);
  const pipes = createPipeSupply(1).take();
  const child = execa(command, args, {
    stdio: ['inherit', pipes?.[0].writeEnd ?? 'pipe', pipes?.[1].writeEnd ?? 'pipe'],
    buffer: false,
    reject: false,
    // The command's end is its own affair: it may ignore a signal, or outlive this process.
    cleanup: false,
    forceKillAfterDelay: false,
  });
  for (const { closeWriteEnd } of pipes ?? []) closeWriteEnd();
  const [out, err] = pipes ? [pipes[0].reader, pipes[1].reader] : [child.stdout, child.stderr];
  const readers = [out, err].filter((stream) => stream !== null);
  const closed = Promise.all(readers.map(whenClosed));
  if (out) passOn(out, stdout, tail);
  if (err) passOn(err, stderr, tail);
  child.once('exit', () => {
    const linger = sleep(LINGER_MS, undefined, { ref: false });
    void Promise.race([closed, linger]).then(() => {
      for (const reader of readers) reader.destroy();
    });
  });
  started((signal) => child.kill(signal));
  const end = endOf(command, await child);
  if (end.code === 'exit_status' || end.code === 'signal') await closed;
  return { end, tail: tail.text(), took: performance.now() - startedAt };
}
