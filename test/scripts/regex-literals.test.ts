import { expect, test } from 'vitest';
import { regexesOf } from '../../scripts/dev/regex-literals.js';

test.each([
  ['const a = /x+$/gu;', '/x+$/gu'],
  ["text.split('/').filter((one) => /^a/.test(one))", '/^a/'],
  ["new RegExp('a' + String.raw`\\d+`, 'i')", '/a\\d+/i'],
  [`const PIECE = 'b*';\nconst whole = RegExp(\`^\${PIECE}\`);`, '/^b*/'],
  ["new RegExp(['a', 'b'].join('|'))", '/a|b/'],
  // What only the run knows is a digit: right for a count, and a word like any other.
  [`(name: string, most: number) => new RegExp(\`\${name}{0,\${most}}\`)`, '/1{0,1}/'],
])('%s is found', (text, key) => {
  expect(regexesOf('a.ts', text).map((one) => one.key)).toEqual([key]);
});

test('a place is a file and a line', () => {
  expect(regexesOf('core/a.ts', '// one\nexport const a = 1 / 2 / 3;\nexport const b = /c/;')).toMatchObject([
    { file: 'core/a.ts', line: 3 },
  ]);
});
