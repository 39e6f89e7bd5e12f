/**
 * The files of a record log.
 *
 * Format: `snapshot-N.jsonl` holds every record before `log-N.jsonl`, and further logs continue it. A line of either is one
 * write: a list of changes, each `[kind, key, value]`, where `null` removes the record. A line without its newline was torn
 * by a crash and never answered.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegular } from '../../../shared/files/regular-file.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import type { RecordChange } from '../../ports.ts';
import { linesForwards } from '../history/lines.ts';

const SNAPSHOT = /^snapshot-(\d{1,12})\.jsonl$/;
const LOG = /^log-(\d{1,12})\.jsonl$/;
const OURS = /^(?:snapshot|log)-\d{1,12}\.jsonl(?:\.tmp)?$/;

export const snapshotName = (n: number): string => `snapshot-${n}.jsonl`;
export const logName = (n: number): string => `log-${n}.jsonl`;
/** What could not be read, for a person to look at. */
export const CORRUPT = 'corrupt.jsonl';

/** The files that count, and those that are left over. */
export interface RecordFiles {
  /** The snapshot, where there is one, and the logs after it, in the order in which they count. */
  readonly counting: readonly string[];
  /** The number of the last log; 0 where there is none. */
  readonly last: number;
  /** Older or unfinished ones. */
  readonly leftover: readonly string[];
}

const numbersOf = (names: readonly string[], pattern: RegExp) =>
  names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);

/** Lists the files of a folder, which may not exist yet. */
export async function listRecordFiles(dir: string): Promise<RecordFiles> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const snapshot = Math.max(0, ...numbersOf(names, SNAPSHOT));
  const logs = numbersOf(names, LOG)
    .filter((n) => n >= snapshot)
    .sort((a, b) => a - b);
  const counting = [...(snapshot > 0 ? [snapshotName(snapshot)] : []), ...logs.map(logName)];
  const isLeft = (name: string) => OURS.test(name) && !counting.includes(name);
  return { counting, last: logs.at(-1) ?? snapshot, leftover: names.filter(isLeft) };
}

/** A line of a file: what it changes, or its bytes where it can't be read. */
export type RecordLine = { readonly changes: readonly RecordChange[] } | { readonly unreadable: Buffer };

function changeIn(entry: unknown): RecordChange | undefined {
  const [kind, key, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
  if (typeof kind !== 'string' || typeof key !== 'string') return undefined;
  if (value === null) return { kind, key, value: undefined };
  return isJsonObject(value) ? { kind, key, value } : undefined;
}

function readLine(bytes: Buffer): RecordLine {
  try {
    const list: unknown = JSON.parse(bytes.toString('utf8'));
    if (!Array.isArray(list)) return { unreadable: bytes };
    const changes = list.flatMap((entry) => changeIn(entry) ?? []);
    return changes.length === list.length ? { changes } : { unreadable: bytes };
  } catch {
    return { unreadable: bytes };
  }
}

/** Formats one write, with its newline. */
export const formatLine = (changes: readonly RecordChange[]): string =>
  `${JSON.stringify(changes.map(({ kind, key, value }) => [kind, key, value ?? null]))}\n`;

/** Reads the whole lines of some files in their order, a chunk at a time. @throws the system's error for one that can't be read */
export async function* readRecordLines(dir: string, names: readonly string[]): AsyncGenerator<RecordLine> {
  for (const name of names) {
    const path = join(dir, name);
    // The lines of a file that can't be opened would be none.
    await (await openRegular(path)).close();
    for await (const { lines } of linesForwards(path, 0)) for (const { bytes } of lines) yield readLine(bytes);
  }
}

/** Names a record among all of a log. */
export const recordId = ({ kind, key }: Pick<RecordChange, 'kind' | 'key'>): string => `${kind}\n${key}`;
