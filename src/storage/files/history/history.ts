/**
 * The history: one JSONL file a day, a line for whatever became of a notification.
 *
 * Promises: when `append` has resolved, the line survives a power cut; lines written at once share one sync.
 * A line torn by a crash is passed over when read, and the next one starts on a line of its own.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryRecord, parseRecord } from '../../../core/history-record.ts';
import { makeDir } from '../../../shared/files/durable.ts';
import { createHistoryIndex, DAY_FILE, type HistoryIndex } from './history-index.ts';
import { linesBackwards } from './lines.ts';

/** @see createHistory */
export interface History extends Pick<HistoryIndex, 'find' | 'counts'> {
  /** Adds a line. @throws the system's error when it can't be written */
  append(record: HistoryRecord): Promise<void>;
  /** Records, newest first, back to a time (ms); `about` skips lines that lack this text before they are parsed. */
  backwards(since: number, about?: string): AsyncGenerator<HistoryRecord>;
  /** Removes the files of days before a time (ms). */
  prune(before: number): Promise<void>;
  close(): Promise<void>;
}

/** Lines stand in the order of time but for clocks that were set; this far they are looked through. */
const SLACK_MS = 60_000;

/** A history in `dataDir/history`. @param now milliseconds since the epoch */
export function createHistory(dataDir: string, now: () => number): History {
  const dir = join(dataDir, 'history');
  const catalogue = createHistoryIndex(dir, now);
  let day = '';
  let handle: FileHandle | undefined;
  let pending: Array<{ line: string; resolve: () => void; reject: (error: unknown) => void }> = [];
  let writing: Promise<void> | undefined;

  async function current(): Promise<FileHandle> {
    const today = new Date(now()).toISOString().slice(0, 10);
    if (handle !== undefined && today === day) return handle;
    await handle?.close();
    handle = undefined;
    await makeDir(dir);
    const opened = await open(
      join(dir, `${today}.jsonl`),
      constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
      0o640,
    );
    const { size } = await opened.stat();
    if (size > 0) {
      const last = Buffer.alloc(1);
      await opened.read(last, 0, 1, size - 1);
      if (last[0] !== 0x0a) await opened.write('\n');
    }
    handle = opened;
    day = today;
    return opened;
  }

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        const file = await current();
        await file.writeFile(batch.map((entry) => entry.line).join(''));
        await file.datasync();
        for (const entry of batch) entry.resolve();
      } catch (error) {
        // A half-written line must not swallow the next one: opening anew mends the end of the file.
        await handle?.close().catch(() => {});
        handle = undefined;
        for (const entry of batch) entry.reject(error);
      }
    }
    writing = undefined;
  }

  return {
    find: catalogue.find,
    counts: catalogue.counts,
    append(record) {
      return new Promise((resolve, reject) => {
        pending.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
        writing ??= drain();
      });
    },
    async *backwards(since, about) {
      const names = await readdir(dir).catch(() => []);
      const first = `${new Date(since).toISOString().slice(0, 10)}.jsonl`;
      for (const name of names
        .filter((n) => DAY_FILE.test(n) && n >= first)
        .sort()
        .reverse()) {
        for await (const line of linesBackwards(join(dir, name), about)) {
          const record = parseRecord(line.bytes);
          if (record === undefined) continue;
          const finished = Date.parse(record.finished_at);
          if (finished >= since) yield record;
          else if (finished < since - SLACK_MS) return;
        }
      }
    },
    async prune(before) {
      const limit = `${new Date(before).toISOString().slice(0, 10)}.jsonl`;
      for (const name of await readdir(dir).catch(() => [])) {
        if (DAY_FILE.test(name) && name < limit) await rm(join(dir, name), { force: true });
      }
      catalogue.forget(limit);
    },
    async close() {
      await writing;
      await handle?.close();
      handle = undefined;
    },
  };
}
