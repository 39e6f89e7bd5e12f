/**
 * Pipes as a shell makes them. Node gives a child sockets instead: a writer whose reader has closed gets ECONNRESET and
 * not SIGPIPE, and `/dev/stdout` and `/dev/stderr` can't be opened (ENXIO).
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

interface ShellPipe {
  /** Destroying it closes the read end. */
  readonly reader: Readable;
  /** For a child's `stdio`. The type is that of execa, which names the descriptors 3 to 9 and passes all of them on. */
  readonly writeEnd: 3;
  /** To be called once the child has its copy. */
  closeWriteEnd(): void;
}

/** One for standard output and one for standard error. */
export type ShellPipes = readonly [ShellPipe, ShellPipe];

/** Creates pipes in batches, since each batch starts a program. */
export interface PipeSupply {
  /** Two pipes; `undefined` where they can't be created, such as without a folder for temporary files. */
  take(): ShellPipes | undefined;
}

interface Ends {
  readonly read: number;
  readonly write: number;
}

/**
 * Where their names are for a moment: in memory where possible, since a disk takes 0.5 ms for each, and none when it is
 * full.
 */
const FOLDERS = ['/dev/shm', tmpdir()];
/** Pairs of a batch, of four descriptors each; a process may have 1024. */
const MAX_BATCH = 50;
/** Descriptors that a batch must leave: for the children that run at the same time, the bot's socket, files. */
const SPARE = 100;

type Pair = readonly [Ends, Ends];

function open(path: string): Ends {
  // Without O_NONBLOCK it would wait for the write end.
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { read, write: openSync(path, constants.O_WRONLY) };
  } catch (error) {
    closeSync(read);
    throw error;
  }
}

function closePair(pair: Pair): void {
  for (const { read, write } of pair) {
    closeSync(read);
    closeSync(write);
  }
}

function openPair(folder: string, number: number): Pair {
  const out = open(join(folder, `${number}-out`));
  try {
    return [out, open(join(folder, `${number}-err`))];
  } catch (error) {
    closeSync(out.read);
    closeSync(out.write);
    throw error;
  }
}

/** Opens as many descriptors as the rest of a run needs, and closes them. @throws the system's error when they are short */
function probeSpare(): void {
  const opened: number[] = [];
  try {
    while (opened.length < SPARE) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

/** @returns at most `count` pairs; fewer where descriptors are short, none where the folder can't be written */
function createPairsIn(parent: string, count: number): Pair[] {
  const pairs: Pair[] = [];
  let folder: string | undefined;
  try {
    const made = mkdtempSync(join(parent, 'notify-runner-'));
    folder = made;
    const numbers = Array.from({ length: count }, (_, number) => number);
    const paths = numbers.flatMap((number) => [join(made, `${number}-out`), join(made, `${number}-err`)]);
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    for (const number of numbers) pairs.push(openPair(made, number));
    if (count > 1) probeSpare();
  } catch {
    // Descriptors are short: one pair serves now, and the child itself needs some.
    for (const pair of pairs.splice(1)) closePair(pair);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
  return pairs;
}

function createPairs(count: number): Pair[] {
  for (const folder of FOLDERS) {
    const pairs = createPairsIn(folder, count);
    if (pairs.length > 0) return pairs;
  }
  return [];
}

const pipeOf = ({ read, write }: Ends): ShellPipe => ({
  reader: new Socket({ fd: read, readable: true, writable: false }),
  writeEnd: write as 3,
  closeWriteEnd: () => closeSync(write),
});

/**
 * Creates a supply that has no pipes yet. Those that are left over close with the process.
 *
 * @param expected how many pairs will be taken, about: it bounds a batch
 */
export function createPipeSupply(expected: number): PipeSupply {
  let pairs: Pair[] = [];
  let left = expected;
  return {
    take() {
      if (pairs.length === 0) {
        const wanted = Math.min(MAX_BATCH, Math.max(1, left));
        pairs = createPairs(wanted);
        // Where a batch was too much, the next one would be too.
        if (pairs.length < wanted) left = 0;
      }
      left -= 1;
      const pair = pairs.pop();
      return pair && [pipeOf(pair[0]), pipeOf(pair[1])];
    },
  };
}
