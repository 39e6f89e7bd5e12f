/**
 * The history: one JSONL file a day, a line for each settled delivery.
 *
 * Promises: when `append` has resolved, the line survives a power cut; lines written at once share one sync. A line
 * torn by a crash is skipped when read, and the next one starts on a line of its own. What an account and all days take
 * is bounded.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryRecord, receiptOf } from '../../../core/delivery/history-record.ts';
import { Problem } from '../../../core/problem.ts';
import type { UsedIds } from '../../../queue/ports.ts';
import { BOUNDS, type HistoryBounds } from '../../bounds.ts';
import type { History } from '../../ports.ts';
import { createDayShares } from './day-shares.ts';
import { createDayWriter } from './day-writer.ts';
import { createHistoryIndex, DAY_FILE, dayFileOf } from './history-index.ts';
import { linesBackwards } from './lines.ts';
import { formatRecord, parseRecord } from './record-line.ts';

/** Lines are in the order of time but for clocks that were set; lines out of order by up to this much are found. */
const SLACK_MS = 60_000;
/** In every line of a notification whose sender gave an id. */
const DIGEST_KEY = '"digest":';

/** UTF-16 units of title and text that a short line keeps. */
const SHORT = 100;

const cutText = (text: string): string => (text.length > SHORT ? `${text.slice(0, SHORT - 1).toWellFormed()}…` : text);

/** A record without what may be long. */
function shortened({ data: _data, buttons: _buttons, title, text, ...rest }: HistoryRecord): HistoryRecord {
  return { ...rest, text: cutText(text), ...(title === undefined ? {} : { title: cutText(title) }) };
}

const historyFull = ({ user }: HistoryRecord) =>
  new Problem(
    'history_full',
    `Today’s history holds as much of ${user} as it may, and a muted message is only recorded. Try again tomorrow.`,
  );

/** A history in `dataDir/history`. @param now ms since 1970 */
export function createHistory(
  dataDir: string,
  now: () => number,
  bounds: HistoryBounds = BOUNDS.history,
): History & UsedIds {
  const dir = join(dataDir, 'history');
  const index = createHistoryIndex(dir, now);
  const writer = createDayWriter(dir, now);
  const shareOfToday = createDayShares(dir, now);
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

  /** The newest of some day files that fit, and the newest of all. @param names oldest first */
  async function keptWithin(names: readonly string[], bytes: number): Promise<readonly string[]> {
    const kept: string[] = [];
    let left = bytes;
    for (const name of names.toReversed()) {
      left -= await stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      );
      if (left < 0 && kept.length > 0) return kept;
      kept.unshift(name);
    }
    return kept;
  }

  return {
    find: index.find,
    counts: index.counts,
    async append(record) {
      const share = await shareOfToday();
      const used = share.of(record);
      if (record.status === 'muted' && used >= bounds.mutedBytes) throw historyFull(record);
      const whole = formatRecord(record);
      const most = Math.min(bounds.lineBytes, bounds.wholeBytes - used);
      const line = Buffer.byteLength(whole) > most ? formatRecord(shortened(record)) : whole;
      share.add(record, Buffer.byteLength(line) + 1);
      await writer.append(line);
    },
    backwards: (since) => backwards(since),
    async *usedSince(since) {
      for await (const record of backwards(since, DIGEST_KEY)) {
        const { user, id, digest, fanOut } = record;
        // A deleted one has an earlier line, with the answer that its sender got.
        if (digest === undefined || record.status === 'deleted') continue;
        const at = Date.parse(record.acceptedAt);
        yield { user, id, receipt: receiptOf(record), digest, at, ...(fanOut !== undefined && { fanOut }) };
      }
    },
    async prune(before) {
      const first = dayFileOf(before);
      const names = (await dayFiles()).sort();
      const kept = await keptWithin(
        names.filter((name) => name >= first),
        bounds.bytes,
      );
      for (const name of names.filter((name) => !kept.includes(name))) await rm(join(dir, name), { force: true });
      index.forget(kept[0] ?? first);
    },
    close: writer.close,
  };
}
