import { spawn } from 'node:child_process';
import { Problem, sentenceOf } from '../core/problem.ts';
import type { UnitCommand } from './become.ts';

/** The result of a command. */
export interface Ended {
  readonly stdout: string;
  /** Its last bytes. */
  readonly stderr: string;
  /** `null` when a signal ended it. */
  readonly status: number | null;
}

/** Bytes of standard output. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Bytes of standard error that are written to the journal. */
const MAX_STDERR_BYTES = 2000;

/** Takes out what is no answer. @returns the rest; `undefined` where there is more of it than there may be */
export type Sift = (chunk: Buffer) => Buffer | undefined;

const allOf: Sift = (chunk) => chunk;

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has already ended.
  }
}

/**
 * Runs a command to its end, without input, in a process group of its own.
 *
 * @param stop kills the command and rejects with the signal's reason
 * @param sift takes what is no answer out of standard output
 * @throws Problem `too_much_output` beyond 1 MiB; `failed` when it can't be started
 */
export function runCommand({ file, args, environment }: UnitCommand, stop: AbortSignal, sift = allOf): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const give = (reason: unknown, signal: 'SIGTERM' | 'SIGKILL') => {
      signalGroup(child.pid, signal);
      reject(reason);
    };
    const onStop = () => give(stop.reason, 'SIGKILL');
    const pieces: Buffer[] = [];
    let size = 0;
    let stderr = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      const piece = sift(chunk);
      size += piece?.length ?? 0;
      if (piece !== undefined && size <= MAX_OUTPUT_BYTES) pieces.push(piece);
      else give(new Problem('too_much_output', 'The answer would be longer than 1 MiB.'), 'SIGTERM');
    });
    child.stderr.on('data', (piece: Buffer) => {
      stderr = Buffer.concat([stderr, piece]).subarray(-MAX_STDERR_BYTES);
    });
    child.once('error', (error) => reject(new Problem('failed', `${file} can't be started: ${sentenceOf(error)}`)));
    child.once('close', (status) => {
      resolve({ stdout: Buffer.concat(pieces).toString('utf8'), stderr: stderr.toString('utf8'), status });
    });
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
  });
}
