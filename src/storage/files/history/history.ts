/**
 * The history: one JSONL file a day, a line for each settled delivery.
 *
 * Promises: when `append` has resolved, the line survives a power cut; lines written at once share one sync. A line
 * torn by a crash is skipped when read, and the next one starts on a line of its own.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryRecord, receiptOf } from '../../../core/delivery/history-record.ts';
import type { UsedIds } from '../../../queue/ports.ts';
import type { History } from '../../ports.ts';
import { createDayWriter } from './day-writer.ts';
import { createHistoryIndex, DAY_FILE, dayFileOf } from './history-index.ts';
import { linesBackwards } from './lines.ts';
import { formatRecord, parseRecord } from './record-line.ts';

/** Lines are in the order of time but for clocks that were set; lines out of order by up to this much are found. */
const SLACK_MS = 60_000;
/** In every line of a notification whose sender gave an id. */
const DIGEST_KEY = '"digest":';

/** A history in `dataDir/history`. @param now ms since 1970 */
export function createHistory(dataDir: string, now: () => number): History & UsedIds {
  const dir = join(dataDir, 'history');
  const index = createHistoryIndex(dir, now);
  const writer = createDayWriter(dir, now);
  const dayFiles = async () => (await readdir(dir).catch(() => [])).filter((name) => DAY_FILE.test(name));

  /** @param holding skips lines without this text before they are parsed */
  async function* backwards(since: number, holding?: string): AsyncGenerator<HistoryRecord> {
    const first = dayFileOf(since);
    const names = (await dayFiles()).filter((name) => name >= first).sort();
    for (const name of names.reverse()) {
      for await (const { bytes } of linesBackwards(join(dir, name), holding)) {
        const record = parseRecord(bytes);
        if (record === undefined) continue;
        const finished = Date.parse(record.finishedAt);
        if (finished >= since) yield record;
        else if (finished < since - SLACK_MS) return;
      }
    }
  }

  return {
    find: index.find,
    counts: index.counts,
    append: (record) => writer.append(formatRecord(record)),
    backwards: (since) => backwards(since),
    async *usedSince(since) {
      for await (const record of backwards(since, DIGEST_KEY)) {
        const { user, digest } = record;
        if (digest === undefined) continue;
        yield { user, receipt: receiptOf(record), digest, at: Date.parse(record.acceptedAt) };
      }
    },
    async prune(before) {
      const first = dayFileOf(before);
      for (const name of await dayFiles()) if (name < first) await rm(join(dir, name), { force: true });
      index.forget(first);
    },
    close: writer.close,
  };
}
