import { describe, expect, test } from 'vitest';
import { FOREVER_MS } from '../../../src/bot/chat/commands/mute.ts';
import { dayPiece, distancePiece, localMinuteOf, minutePiece } from '../../../src/bot/chat/format.ts';
import { compose, type Piece } from '../../../src/bot/chat/reply.ts';
import { findUrls } from '../../../src/sandbox/text/detect/urls.ts';

/** What Telegram would make a link of: addresses outside of code. */
function linked(pieces: readonly Piece[]): readonly string[] {
  const { text, entities } = compose(pieces);
  const code = entities.filter(({ type }) => type === 'code' || type === 'pre');
  return findUrls(text)
    .filter(({ offset }) => !code.some((one) => one.offset <= offset && offset < one.offset + one.length))
    .map(({ offset, length }) => text.slice(offset, offset + length));
}

describe('an answer', () => {
  test.each<[readonly Piece[]]>([
    [['🔕 backup.sh is muted until 18:00\n']],
    [[{ bold: 'ann' }, ' on srv.example.com\n']],
    [['There is no script rev.py; did you mean ', { code: 'rev2.py' }, '?']],
    [['⚠ README.md is no script, and 10.0.0.5 did not answer: x.sh failed.\n']],
  ])('%j makes no links of names', (pieces) => {
    expect(linked(pieces)).toEqual([]);
    expect(compose(pieces).text).toBe(
      pieces.map((one) => (typeof one === 'string' ? one : Object.values(one)[0])).join(''),
    );
  });

  test('has moments for each reader’s zone, with words that are right on this host', () => {
    const time = Date.parse('2026-01-30T12:00:00Z');
    const { text, entities } = compose(['until ', minutePiece(time), ', ', dayPiece('2026-01-30T12:00:00Z')]);
    const words = localMinuteOf(time);
    expect(text).toBe(`until ${words}, 2026-01-30`);
    const moment = { type: 'date_time', unix_time: 1769774400 };
    expect(entities).toEqual([
      { ...moment, offset: 6, length: words.length, date_time_format: 'Dt' },
      { ...moment, offset: 8 + words.length, length: 10, date_time_format: 'D' },
    ]);
    // A hundred years from now is no moment to Telegram.
    expect(compose([minutePiece(time + FOREVER_MS)])).toEqual({ text: localMinuteOf(time + FOREVER_MS), entities: [] });
    expect(compose([distancePiece(Number.NaN, 'a while ago')])).toEqual({ text: 'a while ago', entities: [] });
  });

  test('keeps its own formats, and addresses of the web', () => {
    const { text, entities } = compose(['See https://x.org/a.sh, ', { bold: 'now' }]);
    expect(entities).toEqual([{ type: 'bold', offset: text.length - 3, length: 3 }]);
  });
});
