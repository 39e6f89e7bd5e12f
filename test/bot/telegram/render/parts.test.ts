import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../../../src/bot/telegram/part.ts';
import { type MediaFacts, renderParts } from '../../../../src/bot/telegram/render/parts.ts';
import { type Notification, PARSE_MODES, SEVERITIES } from '../../../../src/core/notification.ts';
import { faultsOfPart, wordsOf } from './faults.ts';

type Said = Partial<
  Pick<Notification, 'title' | 'text' | 'parseMode' | 'severity' | 'silent' | 'linkPreview' | 'buttons'>
>;

const render = (said: Said, media: readonly MediaFacts[] = []) =>
  renderParts({ text: '', parseMode: 'Markdown', ...said }, media);
const photo = (width = 800, height = 600, size = 50_000): MediaFacts => ({
  name: 'chart.png',
  size,
  as: 'photo',
  image: { type: 'png', width, height },
});
const file: MediaFacts = { name: 'report.pdf', size: 1000, as: 'document' };
/** Every part of a message in several knows it. */
const oneOfSeveral = true;
const buttons = [{ text: 'Open', url: 'https://x.org' }];
const kinds = (parts: readonly Part[]) => parts.map((part) => (part.kind === 'album' ? part.media.length : part.kind));

describe('a title', () => {
  test('is bold and never parsed, on one line, after the severity', () => {
    expect(render({ title: '*Revenue*\ndown_5_% <b>', text: 'by *12*', severity: 'high' })).toEqual([
      {
        kind: 'text',
        body: {
          text: '🟠 *Revenue* down_5_% <b>\nby 12',
          entities: [
            { type: 'bold', offset: 3, length: 22 },
            { type: 'bold', offset: 29, length: 2 },
          ],
        },
      },
    ]);
  });

  test('may be missing or blank: the severity leads the body', () => {
    expect(wordsOf(render({ text: 'x', title: ' \n', severity: 'critical' })[0] ?? fail())).toBe('🔴 x');
    expect(wordsOf(render({ text: '```\nx\n```', severity: 'medium' })[0] ?? fail())).toBe('🟡\nx');
    expect(wordsOf(render({ text: '', severity: 'medium' }, [photo()])[0] ?? fail())).toBe('🟡');
  });

  test('of an alert begins as its template says, whatever the severity', () => {
    const alert = {
      text: '🚨 <b>Full</b>',
      parseMode: 'HTML',
      severity: 'critical',
      origin: { feature: 'alerts', ref: 'g/1' },
    } as const;
    expect(renderParts(alert, [])).toMatchObject([{ body: { text: '🚨 Full' } }]);
  });

  test('is never parsed where the sender formats the body', () => {
    expect(render({ title: 'a<b & c', text: '<i>x</i>', parseMode: 'HTML' })).toEqual([
      {
        kind: 'text',
        body: {
          text: 'a<b & c\nx',
          entities: [
            { type: 'bold', offset: 0, length: 7 },
            { type: 'italic', offset: 8, length: 1 },
          ],
        },
      },
    ]);
    const [part] = render({ title: 'v1.2 (x)', text: '_x_', parseMode: 'MarkdownV2', severity: 'low' });
    expect(part).toMatchObject({ silent: true, body: { text: '🔵 v1.2 (x)\nx' } });
  });
});

describe('a title that names a file', () => {
  test.each([
    ['rev.py failed', 'code rev.py', 'bold  failed'],
    ['Updated README.md, and backup.sh.', 'bold Updated ', 'code README.md', 'bold , and ', 'code backup.sh', 'bold .'],
    ['backup.sh: done on a.b:80', 'code backup.sh', 'bold : done on a.b:80'],
    ['see x.org and https://x.org/a.py 1.2', 'bold see x.org and https://x.org/a.py 1.2'],
    ['ann@host.py /srv/a.sh', 'bold ann@host.py /srv/a.sh'],
  ])('%j has it as code, so that Telegram makes no link of it', (title, ...runs) => {
    const [part] = render({ title, text: 'x' });
    const body = part?.kind === 'text' && 'entities' in part.body ? part.body : fail();
    expect(
      body.entities.map(({ type, offset, length }) => `${type} ${body.text.slice(offset, offset + length)}`),
    ).toEqual(runs);
  });
});

describe('a text', () => {
  test('is left as typed when not Markdown', () => {
    expect(wordsOf(render({ text: '  *a*\n\n\n_b_', parseMode: 'none', title: 't' })[0] ?? fail())).toBe(
      't\n  *a*\n\n\n_b_',
    );
  });

  test('keeps the indentation of its first line, also behind the severity and in a caption', () => {
    const words = (said: Said, media: readonly MediaFacts[] = []) => wordsOf(render(said, media)[0] ?? fail());
    expect(words({ text: '  PID\n1', parseMode: 'none' })).toBe('\u200b  PID\n1');
    expect(words({ text: '\n  PID\n1', parseMode: 'none', severity: 'high' })).toBe('🟠\n  PID\n1');
    expect(words({ text: '```\n  PID\n1\n```' })).toBe('\u200b  PID\n1');
    expect(words({ text: '```\n  PID\n1\n```' }, [photo()])).toBe('\u200b  PID\n1');
    expect(words({ text: '```\n  PID\n1\n```', title: 'ps' })).toBe('ps\n  PID\n1');
    expect(words({ text: 'a\tb', parseMode: 'none' })).toBe('a       b');
  });

  test('arrives without a sound for info, low and silent only', () => {
    const silent = (said: Said) => render({ text: 'x', ...said }).map((part) => part.silent === true);
    expect([silent({ severity: 'info' }), silent({ severity: 'low' }), silent({ silent: true })].flat()).toEqual([
      true,
      true,
      true,
    ]);
    expect([silent({}), silent({ severity: 'medium' }), silent({ silent: false })].flat()).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('is cleaned of what cannot be sent', () => {
    const text = 'a\u0000b\u0007 \u001b[31mred\u001b[0m\r\nc\ud83d';
    expect(wordsOf(render({ text })[0] ?? fail())).toBe('ab red\nc\ufffd');
    // A byte order mark, which the parser would drop and then be off by one.
    expect(wordsOf(render({ text: '\ufeff*a* `b` 😀\n\n```\n\ufeffc' })[0] ?? fail())).toBe('a b 😀\n\nc');
  });

  test('that is empty says so', () => {
    for (const text of ['', ' \n\t', '\u200b', '\u0000', '\u001b[0m']) {
      for (const parseMode of PARSE_MODES) {
        expect(render({ text, parseMode, buttons })).toEqual([
          { kind: 'text', body: { text: '(empty message)', entities: [] }, buttons },
        ]);
      }
    }
  });

  test('of up to five messages comes in pieces, buttons on the last', () => {
    const parts = render({ text: 'Some words here. '.repeat(1100), title: 'Long', buttons });
    expect(kinds(parts)).toEqual(['text', 'text', 'text', 'text', 'text']);
    expect(parts.map((part) => 'buttons' in part)).toEqual([false, false, false, false, true]);
  });

  test('shows link previews where it is asked to', () => {
    const asked = render({ text: 'word '.repeat(1500), linkPreview: true });
    expect(asked.map((part) => part.kind === 'text' && part.linkPreview)).toEqual([true, true]);
    expect(render({ text: 'x', linkPreview: false })).toEqual(render({ text: 'x' }));
  });

  test('of more than five messages comes as the first and a file of the whole', () => {
    const text = 'Some *words* here.\n'.repeat(3000);
    const parts = render({ text, title: 'Long', buttons });
    expect(kinds(parts)).toEqual(['text', 'text-file']);
    expect(wordsOf(parts[0] ?? fail())).toMatch(/^Long\nSome [\s\S]*here\.\n\n… the whole text is in message\.txt$/);
    expect(parts[1]).toEqual({
      kind: 'text-file',
      name: 'message.txt',
      content: `Long\n\n${text}`,
      buttons,
      oneOfSeveral,
    });
  });

  test.each([
    ['HTML', '<b>word</b> &#x27; ', "word ' "],
    ['MarkdownV2', '[word](https://example.org/page) \\. `x` ', 'word . x '],
  ] as const)('in %s is counted once it is read', (parseMode, typed, shown) => {
    const [text, words] = [typed.repeat(33).trimEnd(), shown.repeat(33).trimEnd()];
    expect(text.length).toBeGreaterThan(words.length * 2);
    expect(render({ text, parseMode }).map(wordsOf)).toEqual([words]);
    const long = render({ text: typed.repeat(200), parseMode });
    expect(long.map(wordsOf).join(' ')).toBe(shown.repeat(200).trimEnd());
    for (const part of long) {
      expect(part.kind === 'text' && 'entities' in part.body && part.body.entities.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ['HTML', 'Disk full on <host> (a < b), see <a href="http://localhost/x">log</a> <'],
    ['MarkdownV2', 'Disk full on host-1. See [log](http://localhost/x)'],
  ] as const)('in %s that Telegram would refuse keeps its words and addresses, however long', (parseMode, line) => {
    const parts = render({ text: `${line}\n`.repeat(150), parseMode });
    const expected = line.replace(/<a href="(.*)">log<\/a>|\[log\]\((.*)\)/, (_, a, b) => `log (${a ?? b})`);
    expect(parts.map(wordsOf).join('\n')).toBe(Array(150).fill(expected).join('\n'));
  });
});

describe('media', () => {
  const odd: ReadonlyArray<readonly [what: string, facts: MediaFacts]> = [
    ['over 10 MB', photo(800, 600, 10 * 1024 * 1024 + 1)],
    ['wider and higher than 10000 together', photo(6000, 4001)],
    ['longer than 20 to 1', photo(2001, 100)],
    ['of no size', photo(0, 0)],
    ['no image', { name: 'x.png', size: 10, as: 'photo' }],
    ['a HEIC', { name: 'x.heic', size: 10, as: 'photo' }],
    ['a GIF asked for as a document', { name: 'x.gif', size: 10, as: 'document', moving: 'animation' }],
    ['asked for as a document', { ...photo(), as: 'document' }],
  ];
  test.each(odd)('%s is a document', (_, facts) => {
    expect(render({ text: 'x' }, [facts])).toMatchObject([{ kind: 'document', media: 0, caption: { text: 'x' } }]);
  });

  test('that moves plays in the chat, beside photos', () => {
    const gif: MediaFacts = { ...photo(), image: { type: 'gif', width: 10, height: 10 }, moving: 'animation' };
    const clip: MediaFacts = { name: 'x.mp4', size: 10, as: 'photo', moving: 'video' };
    expect(kinds(render({}, [gif]))).toEqual(['animation']);
    expect(kinds(render({}, [clip, photo(), gif, photo()]))).toEqual([2, 'video', 'animation']);
    expect(render({ text: 'x', buttons }, [clip])).toMatchObject([
      { kind: 'video', media: 0, caption: { text: 'x' }, buttons },
    ]);
  });

  test('that is a WebP or a still GIF is a photo', () => {
    const of = (type: string) => kinds(render({}, [{ ...photo(), image: { type, width: 10, height: 10 } }]));
    expect([of('webp'), of('gif')]).toEqual([['photo'], ['photo']]);
  });

  test('at Telegram’s bounds is a photo', () => {
    for (const facts of [photo(6000, 4000), photo(2000, 100), photo(1, 1, 10 * 1024 * 1024)]) {
      expect(kinds(render({}, [facts]))).toEqual(['photo']);
    }
  });

  test('is grouped in albums without leaving one alone', () => {
    const groups = (count: number) =>
      kinds(
        render(
          {},
          Array.from({ length: count }, () => photo()),
        ),
      );
    expect([groups(1), groups(2), groups(10), groups(11), groups(21)]).toEqual([
      ['photo'],
      [2],
      [10],
      [6, 5],
      [7, 7, 7],
    ]);
    const all = render(
      {},
      Array.from({ length: 21 }, () => photo()),
    ).flatMap((part) => (part.kind === 'album' ? part.media : []));
    expect(all).toEqual(Array.from({ length: 21 }, (_, at) => at));
  });

  test('comes photos first, the caption on the first, the buttons on the last', () => {
    expect(render({ text: 'x', buttons }, [file, photo(), photo()])).toEqual([
      { kind: 'album', media: [1, 2], caption: { text: 'x', entities: [] }, oneOfSeveral },
      { kind: 'document', media: 0, buttons, oneOfSeveral },
    ]);
  });

  test('ending in an album leaves the buttons to the words', () => {
    const album = { kind: 'album', media: [0, 1] };
    const two = [photo(), photo()];
    expect(render({ text: 'x', buttons }, two)).toEqual([
      { ...album, oneOfSeveral },
      { kind: 'text', body: { text: 'x', entities: [] }, buttons, oneOfSeveral },
    ]);
    expect(render({ buttons }, two)).toEqual([
      { ...album, oneOfSeveral },
      { kind: 'text', body: { text: '🔗', entities: [] }, buttons, oneOfSeveral },
    ]);
    expect(render({ text: 'x' }, two)).toEqual([{ ...album, caption: { text: 'x', entities: [] } }]);
  });

  test('comes first, without a caption, when the words are too long for one', () => {
    const fits = render({ text: 'x'.repeat(1022), title: 't' }, [photo()]);
    const over = render({ text: 'x'.repeat(1023), title: 't', buttons }, [photo()]);
    expect(kinds(fits)).toEqual(['photo']);
    expect(over[0]).toEqual({ kind: 'photo', media: 0, oneOfSeveral });
    expect(over[1]).toMatchObject({ kind: 'text', body: { text: `t\n${'x'.repeat(1023)}` }, buttons });
  });
});

function fail(): never {
  throw new Error('a part is missing');
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '*a* ',
        '_b_\n',
        '\n\n',
        '- c\n',
        '`d`',
        '\ud83d',
        '\ude00',
        '\u0000',
        '| e |\n|--|\n',
        '[f](https://g.h) ',
        'word '.repeat(300),
      ),
      { maxLength: 60 },
    )
    .map((all) => all.join('')),
);
const anySaid = fc.record(
  {
    text: anyText,
    parseMode: fc.constantFrom(...PARSE_MODES),
    title: fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), anyText),
    severity: fc.constantFrom(...SEVERITIES),
    silent: fc.boolean(),
    buttons: fc.constant(buttons),
  },
  { requiredKeys: ['text', 'parseMode'] },
);
const anyMedia = fc.array(fc.constantFrom(photo(), photo(1, 9000), file), { maxLength: 14 });

describe('any notification', () => {
  test('gives parts that Telegram takes, each file once, the buttons once and last', () => {
    fc.assert(
      fc.property(anySaid, anyMedia, (said, media) => {
        const parts = renderParts(said, media);
        expect(parts.flatMap(faultsOfPart)).toEqual([]);
        const sent = parts.flatMap((part) => ('media' in part ? part.media : []));
        expect([...sent].sort((a, b) => a - b)).toEqual([...media.keys()]);
        expect(parts.filter((part) => 'buttons' in part)).toEqual(said.buttons === undefined ? [] : parts.slice(-1));
        expect(parts.filter((part) => part.kind === 'text').length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 2000 },
    );
  });
});
