/**
 * Records as a log of changes with snapshots, in a folder of their own.
 *
 * Promises: those of the port. A line that can't be read is copied to `corrupt.jsonl`, reported and skipped; none is
 * dropped silently. The folder takes at most about twice the bytes of its records and `COMPACT_BYTES`.
 */
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../../core/problem.ts';
import { makeDir, syncDirectory, syncFile } from '../../../shared/files/durable.ts';
import { readRegular } from '../../../shared/files/regular-file.ts';
import { reasonOf, storageProblem } from '../../../shared/files/storage-problem.ts';
import type { RecordChange, Records, StoredRecord } from '../../ports.ts';
import { compact } from './compaction.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { CORRUPT, formatLine, listRecordFiles, logName, readRecordLines, recordId } from './record-files.ts';

/** A log is not worth a snapshot before it has so many bytes. */
const COMPACT_BYTES = 4 * 1024 * 1024;

/** Where a record log is, and when it makes a snapshot. */
export interface RecordLogOptions {
  /** An absolute path. */
  readonly dir: string;
  /** Called before each write; what it throws, the write throws. */
  readonly guard?: () => Promise<void>;
  /** Called once for a folder in which something can't be read. */
  readonly onProblem?: (problem: Problem) => void;
  /** Bytes of a log that are worth a snapshot, 4 MiB unless given. */
  readonly compactBytes?: number;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Creates the log; touches nothing before `open`. */
export function createRecordLog(options: RecordLogOptions): Records {
  const { dir, guard = async () => {}, onProblem, compactBytes = COMPACT_BYTES } = options;
  let number = 0;
  let log: LogFile | undefined;
  let waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let compacting: Promise<void> | undefined;
  /** Bytes of the log at which the next snapshot is due. */
  let due = compactBytes;

  async function keepUnreadable(lines: readonly Buffer[]): Promise<void> {
    if (lines.length === 0) return;
    const path = join(dir, CORRUPT);
    const kept = await readRegular(path).catch(() => Buffer.alloc(0));
    const missing = lines.filter((line) => !kept.includes(line));
    await appendFile(path, Buffer.concat(missing.flatMap((line) => [line, Buffer.from('\n')])), { mode: 0o640 });
    await syncFile(path);
    const what = `${lines.length} line(s) of ${dir} can't be read and were copied to ${path}`;
    onProblem?.(new Problem('records_unreadable', `${what}: look at them, then remove that file.`));
  }

  async function load(): Promise<readonly StoredRecord[]> {
    const { counting, last, leftover } = await listRecordFiles(dir);
    const found = new Map<string, StoredRecord>();
    const unreadable: Buffer[] = [];
    for await (const line of readRecordLines(dir, counting)) {
      if ('unreadable' in line) unreadable.push(Buffer.from(line.unreadable));
      else for (const change of line.changes) apply(found, change);
    }
    await keepUnreadable(unreadable);
    for (const name of leftover) await rm(join(dir, name), { force: true }).catch(() => {});
    number = Math.max(1, last);
    return [...found.values()];
  }

  /** Begins the next log, and makes a snapshot of what is before it. */
  async function rotate(full: LogFile): Promise<void> {
    await full.trim();
    const next = await openLogFile(join(dir, logName(number + 1)));
    await syncDirectory(dir);
    number += 1;
    log = next;
    await full.close();
    due = compactBytes;
    compacting = compact(dir, number)
      .then((size) => {
        due = Math.max(compactBytes, size);
      })
      .catch((error: unknown) => {
        onProblem?.(storageProblem(dir, error));
      })
      .finally(() => {
        compacting = undefined;
      });
  }

  async function currentLog(): Promise<LogFile> {
    if (log === undefined) {
      await makeDir(dir);
      log = await openLogFile(join(dir, logName(number)));
      await syncDirectory(dir);
    }
    // Where the disk takes no further file, the present one goes on.
    if (log.size() >= due && compacting === undefined) await rotate(log).catch(() => {});
    return log;
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await guard();
        const current = await currentLog();
        await current.append(batch.map(({ line }) => line).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(storageProblem(join(dir, logName(number)), error));
      }
    }
    draining = undefined;
  }

  return {
    async open() {
      return load().catch((error: unknown) => {
        if (error instanceof Problem) throw error;
        throw new Problem('records_unreadable', `${dir} can't be read: ${reasonOf(error)}.`, { cause: error });
      });
    },
    write(changes) {
      if (number === 0) throw new Error('The records were not opened.');
      return new Promise((resolve, reject) => {
        waiting.push({ line: formatLine(changes), resolve, reject });
        draining ??= drain();
      });
    },
    async close() {
      await draining;
      await compacting;
      await log?.close();
      log = undefined;
    },
  };
}

function apply(found: Map<string, StoredRecord>, { kind, key, value }: RecordChange): void {
  const id = recordId({ kind, key });
  if (value === undefined) found.delete(id);
  else found.set(id, { kind, key, value });
}
