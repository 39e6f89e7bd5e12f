/** Runs one script in a process group of its own, and leaves nothing of it behind. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errnoOf, sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { Environment } from '../../shared/process/settings.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import { hasWindowsShebang, type ScriptCommand } from '../scripts/interpreter.ts';
import { captureStart, createTail, releaseChunk } from './capture.ts';
import { endGroup, groupAlive, RUN_ID_VARIABLE } from './process-group.ts';

/** Bytes of standard output that a script may print: 1 MB. */
export const MAX_OUTPUT_BYTES = 1_000_000;
/** Bytes kept of the end of standard error. */
const STDERR_BYTES = 4096;
/** How long output may go on after the script itself ended, ms: a `tee` that still writes. */
const LINGER_MS = 500;

/** What came of a run. */
export interface Execution {
  readonly stdout: Buffer;
  /** The end of standard error. */
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
  /** Why it counts as failed, a clause such as `exit code 3`. */
  readonly failure?: string;
  /** It was ended because the runner was told to stop. */
  readonly stopped: boolean;
}

export interface ExecuteOptions {
  readonly cwd: string;
  readonly environment: Environment;
  /** Milliseconds. */
  readonly timeout: number;
  readonly stop: AbortSignal;
  /** Told the process's number as soon as there is one. */
  readonly started?: (pid: number) => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | { readonly error: Error };

const whenEnded = (child: Child) =>
  new Promise<Ended>((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

const whenClosed = (child: Child) =>
  new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(true));
    child.once('close', () => resolve(true));
  });

/** Resolves with what came first of the limit and the stop; never when `signal` says that it isn't needed any more. */
function whenOver(timeout: number, stop: AbortSignal, done: AbortSignal): Promise<'timeout' | 'stop'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), timeout);
    const onStop = () => resolve('stop');
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    done.addEventListener('abort', () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    });
  });
}

const windowsLines = (path: string) =>
  `its lines end as Windows has it, so that its interpreter is not found: sed -i 's/\\r$//' ${path}`;

function startFailure(error: Error, command: ScriptCommand): string {
  const errno = errnoOf(error);
  if (errno === 'ENOENT' && hasWindowsShebang(command.file)) return windowsLines(command.file);
  if (errno === 'ENOENT')
    return `${command.file} could not be started: it, or the program its first line names, is not there`;
  if (errno === 'EAGAIN') return 'it could not be started: you have too many processes (EAGAIN)';
  return `it could not be started: ${reasonOf(error)}`;
}

function failureOf(ended: Ended, command: ScriptCommand): string | undefined {
  if ('error' in ended) return startFailure(ended.error, command);
  if (ended.signal !== null) return `ended by ${ended.signal}`;
  if (ended.code === 127 && hasWindowsShebang(command.file)) return windowsLines(command.file);
  return ended.code === 0 ? undefined : `exit code ${ended.code}`;
}

/** Waits for the end of the output, up to a time; what can be read by then has been read. */
async function closedWithin(closed: Promise<boolean>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const inTime = await Promise.race([closed, late]);
  clearTimeout(timer);
  if (inTime) return;
  // The timer may have fired late, before output that is there was looked at.
  await nextTurn();
  await nextTurn();
}

/** Lets what belongs to the script's end run out, and ends what would outlive it. */
async function settle(child: Child, closed: Promise<boolean>): Promise<void> {
  await closedWithin(closed, LINGER_MS);
  if (child.pid !== undefined && groupAlive(child.pid)) {
    await endGroup(child.pid);
    await closedWithin(closed, LINGER_MS);
  }
  // A daemon of its own session may hold the pipes for ever.
  child.stdout.destroy();
  child.stderr.destroy();
}

function begin(command: ScriptCommand, options: ExecuteOptions, mark: string): Child {
  const { cwd, environment } = options;
  return spawn(command.file, command.args, {
    cwd,
    env: { ...environment, [RUN_ID_VARIABLE]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const notStarted = (failure: string): Execution => ({
  stdout: Buffer.alloc(0),
  stderr: '',
  took: 0,
  failure,
  stopped: false,
});

/** Runs a command to its end, its limit, or the runner's own stop, whichever comes first. Never rejects. */
export async function execute(command: ScriptCommand, options: ExecuteOptions): Promise<Execution> {
  const { cwd, timeout, stop, started } = options;
  if (!existsSync(cwd)) return notStarted(`your home ${cwd} is not there`);
  const mark = randomUUID();
  const startedAt = performance.now();
  let child: Child;
  try {
    child = begin(command, options, mark);
  } catch (error) {
    return notStarted(`it could not be started: ${sentenceOf(error)}`);
  }
  if (child.pid !== undefined) started?.(child.pid);
  const stdout = captureStart(child.stdout, MAX_OUTPUT_BYTES);
  const stderr = createTail(STDERR_BYTES);
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
    releaseChunk(chunk);
  });

  const ended = whenEnded(child);
  const closed = whenClosed(child);
  const done = new AbortController();
  const first = await Promise.race([ended, whenOver(timeout, stop, done.signal), stdout.over]);
  done.abort();
  if (typeof first === 'string' && child.pid !== undefined) await endGroup(child.pid, mark);
  if (first === 'over') child.stdout.destroy();
  await settle(child, closed);

  const took = performance.now() - startedAt;
  // It may have ended by itself meanwhile.
  const over = await Promise.race([stdout.over, undefined]);
  const failure =
    first === 'stop'
      ? 'stopped'
      : over === 'over' || first === 'over'
        ? 'it printed more than 1 MB'
        : first === 'timeout'
          ? `not done within ${shortDuration(timeout)}`
          : failureOf(first, command);
  return {
    stdout: stdout.bytes(),
    stderr: stderr.text(),
    took,
    ...(failure !== undefined && { failure }),
    stopped: first === 'stop',
  };
}
