/** Texts: of every letter there is, of Markdown's own marks, and of the kinds that make a parser work hard. */
import fc from 'fast-check';

/** What Markdown, HTML, terminals and Telegram each find a meaning in. */
const MARKS: readonly string[] = [
  ...'*_~`[]()<>|#-+=!&\\ \n\t.:/@"\'0123456789'.split(''),
  ...[
    '**',
    '__',
    '~~',
    '``',
    '```',
    '```\n',
    '~~~\n',
    '\n\n',
    '\n> ',
    '\n- ',
    '\n  - ',
    '\n1. ',
    '\n10) ',
    '\n# ',
    '\n---\n',
  ],
  ...[
    '\n===\n',
    '\n| a | b |\n|--|:-:|\n| c |',
    '[x]',
    '- [x] ',
    '- [ ] ',
    '[^1]',
    '\n[^1]: ',
    '\n[ref]: ',
    '](',
    '![',
    '[a](http://b.c)',
  ],
  ...[
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<?',
    '<![CDATA[',
    '<a href="',
    '<t:1769774400>',
    '<t:1769774400:R>',
    '<tg-time unix="1769774400" format="Dt">',
    '</tg-time>',
    '![a](tg://time?unix=1769774400)',
    '\n> a\n> b\n> c\n> d',
    '&amp;',
    '&#0;',
    '&#x110000;',
    '&#4;',
    '&#13',
    '&#12;',
    '&#xfeff;',
    '&#27;[31m',
    'www.a.b',
    'https://a.b/_c_*d*',
    'a@b.c',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u001b]0;',
    '\u0085',
    '\u2028',
    '\u200b',
    '\u202e',
    '\ufeff',
    '\ufffe',
    '\u0301',
    '\u00a0',
    '\u3000',
  ],
  ...['\ud83d', '\ude00', '😀', '👩‍🚀', '🇩🇪', '你好', 'É', 'ß', 'Ω', 'ﷺ', 'word', 'snake_case', '    ', '\r\n', '\r'],
];

export const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...MARKS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);

/** A few pieces, each perhaps many times over: what a parser finds hard is mostly repetition. */
const repeated = (most: number) =>
  fc
    .array(fc.tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 200 })), {
      maxLength: 6,
    })
    .map((all) =>
      all
        .map(([pieces, times]) => pieces.join('').repeat(times))
        .join('')
        .slice(0, most),
    );

/** Any text, mostly short. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 40, arbitrary: fc.array(piece, { maxLength: 30 }).map((all) => all.join('')) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: repeated(6000) },
);

/** Texts of up to 100,000 characters, as long as the API takes them, that are hard to parse. */
export const heavyText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom(900, 4000, 12_000, 24_000, 40_000, 100_000),
  )
  .map(([kinds, length]) => {
    const share = Math.ceil(length / kinds.length);
    const one = (pieces: readonly string[], depth: number) => {
      const unit = pieces.map((text) => text.repeat(depth)).join('') || ' ';
      return unit.repeat(Math.ceil(share / unit.length)).slice(0, share);
    };
    return kinds
      .map(([pieces, depth]) => one(pieces, depth))
      .join('')
      .slice(0, length);
  });
