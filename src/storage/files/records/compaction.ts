import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../../../shared/files/durable.ts';
import { formatLine, listRecordFiles, readRecordLines, recordId, snapshotName } from './record-files.ts';

/** Bytes that are written at a time. */
const PIECE = 64 * 1024;

/** Finds the place of each record's last change among all changes of some files. */
async function lastChanges(dir: string, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  let place = 0;
  for await (const line of readRecordLines(dir, names)) {
    if ('unreadable' in line) continue;
    for (const change of line.changes) {
      last.set(recordId(change), place);
      place += 1;
    }
  }
  return last;
}

/** The records of some files, each as a line, in pieces. */
async function* recordsIn(dir: string, names: readonly string[]): AsyncGenerator<string> {
  const last = await lastChanges(dir, names);
  let place = 0;
  let piece = '';
  for await (const line of readRecordLines(dir, names)) {
    if ('unreadable' in line) continue;
    for (const change of line.changes) {
      if (last.get(recordId(change)) === place && change.value !== undefined) piece += formatLine([change]);
      place += 1;
    }
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/**
 * Puts a snapshot in the place of every file before a log. Needs no memory for the records' values: it reads the files twice.
 *
 * @param before the number of that log, which exists; others append to it meanwhile
 * @returns the snapshot's bytes
 * @throws the system's error; the files then count as before
 */
export async function compact(dir: string, before: number): Promise<number> {
  const { counting } = await listRecordFiles(dir);
  const old = counting.filter((name) => Number(/\d+/.exec(name)?.[0]) < before);
  const temporary = join(dir, `${snapshotName(before)}.tmp`);
  try {
    const handle = await open(temporary, 'w', 0o640);
    let size = 0;
    try {
      for await (const piece of recordsIn(dir, old)) {
        await handle.writeFile(piece);
        size += Buffer.byteLength(piece);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(dir, snapshotName(before)));
    await syncDirectory(dir);
    for (const name of old) await rm(join(dir, name), { force: true });
    return size;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
