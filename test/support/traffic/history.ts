import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MARK } from './messages.ts';

/** A line of the history, as far as it is looked at here. */
export interface Line {
  readonly id: string;
  readonly delivery: string;
  readonly user: string;
  readonly status: string;
  readonly error?: string;
  readonly text?: string;
}

/**
 * Whether a line says that a message did not arrive, or that it may not have: both are kept, and can be sent again.
 */
export const isFailure = ({ status }: Pick<Line, 'status'>): boolean => status === 'failed' || status === 'unknown';

/** What the history says, by user and id; and how many lines a crash tore. */
export interface Recorded {
  of(user: string, id: string): readonly Line[];
  readonly torn: number;
  /** Whether one of a user's is recorded as failed whose text holds this: of who was never answered no id is known. */
  failedWith(user: string, mark: string): boolean;
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
        if (isFailure(line)) failed.add(line.delivery);
        lines.set(key, [...(lines.get(key) ?? []), line]);
      } catch {
        torn += 1;
      }
    }
  }
  const whole = new RegExp(MARK.source);
  return {
    of: (user, id) => lines.get(`${user}\n${id}`) ?? [],
    torn,
    failedWith: (user, mark) =>
      [...lines.values()]
        .flat()
        .some((line) => line.user === user && isFailure(line) && whole.exec(line.text ?? '')?.[0] === mark),
    failed: (delivery) => failed.has(delivery),
  };
}
