import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A line of the history, as far as it is looked at here. */
export interface Line {
  readonly id: string;
  readonly delivery: string;
  readonly user: string;
  readonly status: string;
  readonly error?: string;
}

/** What the history says, by user and id; and how many lines a crash tore. */
export interface Recorded {
  of(user: string, id: string): readonly Line[];
  readonly torn: number;
  /** Whether a delivery is recorded as failed. */
  failed(delivery: string): boolean;
}

/** Reads every line of `history/`. */
export async function readHistory(dataDir: string): Promise<Recorded> {
  const folder = join(dataDir, 'history');
  const lines = new Map<string, Line[]>();
  const failed = new Set<string>();
  let torn = 0;
  for (const name of await readdir(folder)) {
    for (const text of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      if (text === '') continue;
      try {
        const line = JSON.parse(text) as Line;
        const key = `${line.user}\n${line.id}`;
        if (line.status === 'failed') failed.add(line.delivery);
        lines.set(key, [...(lines.get(key) ?? []), line]);
      } catch {
        torn += 1;
      }
    }
  }
  return { of: (user, id) => lines.get(`${user}\n${id}`) ?? [], torn, failed: (delivery) => failed.has(delivery) };
}
