import { readdir, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** What a service's instruments tell. */
export interface Reading {
  /** The longest that the event loop was held since the reading before: milliseconds of a processor. */
  readonly heldMs: number;
  /** The longest that it did not turn, milliseconds of the wall's; with other programs' doing, and the host's. */
  readonly gapMs: number;
  /** Bytes. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** Instruments in a service's process. */
export interface Instruments {
  /** What the service's environment must hold. */
  readonly environment: Readonly<Record<string, string>>;
  /** @throws Error when the service is gone, or holds its loop for ten seconds */
  read(): Promise<Reading>;
  /** Sets the service's clock so many milliseconds ahead of the host's; below 0 it lags behind. */
  setClock(clockMs: number): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Their program, for callers that are not bundled. */
const PROGRAM = join(import.meta.dirname, 'instruments.js');

/** Prepares instruments for a service that is started with `environment`. @param folder where their socket is */
export function createInstruments(folder: string, program = PROGRAM): Instruments {
  const path = join(folder, 'instruments.sock');

  function ask(question: object): Promise<Reading> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(path, () => socket.write(JSON.stringify(question)));
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the service does not answer its instruments')));
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('error', reject);
      socket.on('end', () => resolve(JSON.parse(text)));
    });
  }

  return {
    environment: { NODE_OPTIONS: `--import=${program}`, NOTIFY_INSTRUMENTS: path },
    read: () => ask({}),
    setClock: async (clockMs) => void (await ask({ clockMs })),
  };
}

/** What a process has open. */
export interface OpenFiles {
  readonly all: number;
  readonly sockets: number;
}

/** Counts what a process has open, as the kernel shows it. */
export async function openFilesOf(pid: number): Promise<OpenFiles> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder);
  const targets = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => undefined)));
  const there = targets.filter((target) => target !== undefined);
  return { all: there.length, sockets: there.filter((target) => target.startsWith('socket:')).length };
}
