import { describe, expect, test } from 'vitest';
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

  test('keeps its own formats, and addresses of the web', () => {
    const { text, entities } = compose(['See https://x.org/a.sh, ', { bold: 'now' }]);
    expect(entities).toEqual([{ type: 'bold', offset: text.length - 3, length: 3 }]);
  });
});
