/**
 * Runs one script in a process group of its own and leaves no process of that group behind.
 *
 * Node's own `spawn`, and not execa: a script that floods its outputs must cost neither memory nor time, a limit must not
 * wait for a grandchild that holds the pipe, and this is loaded in each run that has something to do (docs/dependencies.md).
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../../shared/process/settings.ts';
import type { RunFailure } from '../../outcomes.ts';
import type { ScriptCommand } from '../../scripts/interpreter.ts';
import { captureStart, createTail, releaseChunk } from './capture.ts';
import { type Child, endLeftovers, whenClosed, whenEnded, whenOver } from './child-end.ts';
import { type ChildEnd, failureOf } from './end-failure.ts';
import { endGroup, RUN_ID_VARIABLE } from './process-group.ts';
import type { Progress } from './progress.ts';
import type { PipeSupply } from './shell-pipe.ts';

/** Bytes of standard output that a script may print: 1 MB. */
const MAX_OUTPUT_BYTES = 1_000_000;
/** Bytes kept of the end of standard error. */
const STDERR_BYTES = 4096;

/**
 * How much later the runner may learn of its own stop than a script that ended by it, ms: systemd ends all processes of
 * a unit at once, in no order.
 */
const STOP_LAG_MS = 100;
/** The status with which a shell ends when SIGTERM ended its command. */
const TERM_STATUS = 143;

/** A process that has ended. */
export interface Execution {
  readonly stdout: Buffer;
  /** The end of standard error. */
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
  /** Why it counts as failed; `undefined` for exit status 0. */
  readonly failure?: RunFailure;
}

export interface ExecuteOptions {
  readonly cwd: string;
  readonly environment: Environment;
  /** Milliseconds. */
  readonly timeout: number;
  readonly stop: AbortSignal;
  /** Where its outputs come from. */
  readonly pipes: PipeSupply;
  /** Called with the process's number as soon as it has one. */
  readonly started?: (pid: number) => void;
  /** Gets its output while it runs. */
  readonly progress?: Progress | undefined;
}

/** @throws the system's error where Node refuses to start it at all */
function start(command: ScriptCommand, { cwd, environment, pipes }: ExecuteOptions, runId: string): Child {
  const options = { cwd, env: { ...environment, [RUN_ID_VARIABLE]: runId }, detached: true };
  const taken = pipes.take();
  if (taken === undefined) {
    const child = spawn(command.file, command.args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    return { process: child, stdout: child.stdout, stderr: child.stderr };
  }
  const [out, err] = taken;
  try {
    const child = spawn(command.file, command.args, { ...options, stdio: ['ignore', out.writeEnd, err.writeEnd] });
    return { process: child, stdout: out.reader, stderr: err.reader };
  } catch (error) {
    out.reader.destroy();
    err.reader.destroy();
    throw error;
  } finally {
    out.closeWriteEnd();
    err.closeWriteEnd();
  }
}

/** Whether an end may be that of a stop. */
const mayBeStopped = (end: ChildEnd | string): boolean =>
  typeof end !== 'string' && !('error' in end) && (end.signal === 'SIGTERM' || end.code === TERM_STATUS);

/** Whether it ended by itself, and not well; a script may answer a signal with any status. */
const hasFailed = (end: ChildEnd | string): boolean => typeof end !== 'string' && !('code' in end && end.code === 0);

/** Resolves when `stop` is aborted, or after some milliseconds. */
const stopWithin = (stop: AbortSignal, ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => {});

const notStarted = (failure: RunFailure): Execution => ({ stdout: Buffer.alloc(0), stderr: '', took: 0, failure });

/** Runs a command until its end, its limit, or the runner's own stop. Never rejects. */
export async function execute(command: ScriptCommand, options: ExecuteOptions): Promise<Execution> {
  const { cwd, timeout, stop, started, progress } = options;
  if (!existsSync(cwd)) return notStarted({ code: 'no_home', home: cwd });
  const runId = randomUUID();
  const startedAt = performance.now();
  let child: Child;
  try {
    child = start(command, options, runId);
  } catch (cause) {
    return notStarted({ code: 'not_started', cause });
  }
  const { pid } = child.process;
  if (pid !== undefined) started?.(pid);
  const stdout = captureStart(child.stdout, MAX_OUTPUT_BYTES);
  if (progress !== undefined) child.stdout.on('data', (chunk: Buffer) => progress.add('stdout', chunk));
  const stderr = createTail(STDERR_BYTES);
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
    progress?.add('stderr', chunk);
    releaseChunk(chunk);
  });

  const ended = whenEnded(child);
  const closed = whenClosed(child);
  const done = new AbortController();
  const first = await Promise.race([ended, whenOver(timeout, stop, done.signal), stdout.over]);
  progress?.end();
  if (mayBeStopped(first)) await stopWithin(stop, STOP_LAG_MS);
  done.abort();
  if (typeof first === 'string' && pid !== undefined) await endGroup(pid, runId);
  if (first === 'over') child.stdout.destroy();
  await endLeftovers(child, closed);

  const failure = (): RunFailure | undefined => {
    if (first === 'stop' || (stop.aborted && hasFailed(first))) return { code: 'stopped' };
    // A script may end by itself while the rest of its output is read.
    if (first === 'over' || stdout.isOver()) return { code: 'too_much_output' };
    return first === 'timeout' ? { code: 'timeout', limit: timeout } : failureOf(first, command);
  };
  const found = failure();
  return {
    stdout: stdout.bytes(),
    stderr: stderr.text(),
    took: performance.now() - startedAt,
    ...(found !== undefined && { failure: found }),
  };
}
