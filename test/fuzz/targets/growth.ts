/** How time grows with a text: for every reader of people's text, what is eight times as long may take eight times as long. */
import fc from 'fast-check';
import { readMuteRequest } from '../../../src/bot/chat/commands/mute-request.ts';
import { renderParts } from '../../../src/bot/telegram/render/parts.ts';
import { titleText } from '../../../src/bot/telegram/render/title.ts';
import { PARSE_MODES, type ParseMode } from '../../../src/core/notification.ts';
import { Problem } from '../../../src/core/problem.ts';
import { readMarkup } from '../../../src/markup/read.ts';
import { plain } from '../../../src/runner/text/plain-text.ts';
import { readScriptOutput } from '../../../src/shared/api/script-entries.ts';
import { literal } from '../../../src/shared/text/markdown-literal.ts';
import { redact } from '../../../src/shared/text/redact.ts';
import { cell } from '../../../src/shared/text/table.ts';
import { visible } from '../../../src/shared/text/visible.ts';
import { htmlOf } from '../../../src/web/pages/markup/entities.ts';
import { busyMs } from '../../support/busy-ms.ts';
import type { Target } from '../support/campaign.ts';
import { piece } from './markdown.ts';

interface Reader {
  read(text: string): unknown;
  /** Milliseconds of a processor below which nothing is judged: what a clock shows there is noise. */
  readonly floorMs: number;
}

const FLOOR_MS = 60;
/** The parser of Markdown takes its budget of 100 ms as it likes, which is several times as much on a busy machine. */
const MARKDOWN_FLOOR_MS = 600;

const floorOf = (mode: ParseMode) => (mode === 'Markdown' ? MARKDOWN_FLOOR_MS : FLOOR_MS);
const messageIn = (parseMode: ParseMode): [string, Reader] => [
  `message: ${parseMode}`,
  { read: (text) => renderParts({ text, parseMode }, []), floorMs: floorOf(parseMode) },
];
const pageIn = (mode: ParseMode): [string, Reader] => [
  `page: ${mode}`,
  { read: (text) => String(htmlOf(readMarkup(text, mode))), floorMs: floorOf(mode) },
];
const other = (name: string, read: Reader['read']): [string, Reader] => [name, { read, floorMs: FLOOR_MS }];

const READERS: ReadonlyMap<string, Reader> = new Map([
  ...PARSE_MODES.map(messageIn),
  ...PARSE_MODES.map(pageIn),
  other('title', titleText),
  other('script output', (text) => readScriptOutput(Buffer.from(text))),
  other('mute', (text) => readMuteRequest(text.split(' '), 0)),
  other('alert', (text) => literal(plain(text))),
  other('log line', (text) => visible(redact(text))),
  other('table', (text) => cell(text)),
]);

/** Characters of the longer of two texts. The API takes 100,000. */
const SIZES = [4000, 24_000, 100_000];
const TIMES_AS_LONG = 8;
/** Of processor time: 8 where it is linear, 64 where it is quadratic. Memory that no cache holds costs up to three times as much. */
const MOST_GROWTH = 32;
const TRIES = 3;

const few = fc.array(piece, { maxLength: 2 }).map((pieces) => pieces.join(''));
const cases = fc.record({
  reader: fc.constantFrom(...READERS.keys()),
  size: fc.constantFrom(...SIZES),
  before: few,
  repeated: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('') || ' '),
  after: few,
});

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

function textOf({ before, repeated, after }: Case, size: number): string {
  const times = Math.max(1, Math.ceil((size - before.length - after.length) / repeated.length));
  return before + repeated.repeat(times).slice(0, size) + after;
}

function msOf({ read }: Reader, text: string): number {
  const begun = busyMs();
  try {
    read(text);
  } catch (error) {
    // Most of these texts are no result of a script; the sentence that says so costs time as well.
    if (!(error instanceof Problem)) throw error;
  }
  return busyMs() - begun;
}

/** The less of several: what only the collector of garbage took does not count. */
const leastMs = (reader: Reader, text: string) => Math.min(...Array.from({ length: TRIES }, () => msOf(reader, text)));

let slowestMs = 0;

/** The time of no reader grows faster than its text. */
export const growth: Target<Case> = {
  name: 'growth',
  share: 2,
  time: 0.05,
  cases,
  check(one) {
    const reader = READERS.get(one.reader);
    if (reader === undefined) throw new Error(`no reader ${one.reader}`);
    const long = textOf(one, one.size);
    const once = msOf(reader, long);
    slowestMs = Math.max(slowestMs, once);
    if (once < reader.floorMs) return;
    const longMs = leastMs(reader, long);
    const shortMs = leastMs(reader, textOf(one, one.size / TIMES_AS_LONG));
    if (longMs < reader.floorMs || longMs <= shortMs * MOST_GROWTH) return;
    const shown = `${one.size} characters take ${longMs.toFixed(0)} ms, an eighth of them ${shortMs.toFixed(1)} ms`;
    throw new Error(`${one.reader}: ${shown}: ${JSON.stringify(long.slice(0, 200))}`);
  },
  async measured() {
    return { 'slowest ms': Math.round(slowestMs) };
  },
};
