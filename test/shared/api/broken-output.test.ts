import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScriptOutput } from '../../../src/shared/api/script-entries.ts';
import { busyMs } from '../../support/busy-ms.ts';

const entriesOf = (text: string) => readScriptOutput(Buffer.from(text));

/** The one notification of a text; what is wrong with one of several is thrown too. */
function read(text: string) {
  const entries = entriesOf(text);
  for (const entry of entries) if ('problem' in entry) throw entry.problem;
  const [only, ...others] = entries.flatMap((entry) => ('output' in entry ? [entry.output] : []));
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} notifications`);
  return only;
}
const good = '{"notify": false, "message": "m"}';

describe('a broken last object is reported as broken, whatever it or an earlier one holds', () => {
  test.each([
    ['NaN at its end', '{"notify":true,"message":"x","data":{"v":1},"bad":NaN}', 'NaN and Infinity are not JSON'],
    ['a Python dict', "{'notify': True, 'data': {}}", 'It looks like a Python dict: print(json.dumps(result)).'],
    ['a Python dict over lines', "{'title': 'x',\n 'notify': True,\n 'data': {'a': {}}}", 'Python dict'],
    ['a comma too many', '{"notify":true,"buttons":[{"text":"a","url":"https://a.b"}],}', 'A comma stands before'],
    ['no end', '{"notify":true,"message":"x","data":{"a":1}', 'is cut off: it has no end.'],
    ['no end, before notify was said', '{"title":"x","data":{"a":1}', 'is cut off: it has no end.'],
    ['no end in a string', '{"notify":true,"data":{"a":1},"message":"abc', 'is cut off: it has no end.'],
    [
      'pretty-printed and broken',
      '{\n  "notify": true,\n  "data": {\n    "v": 1\n  },\n  "bad": nan\n}\n',
      'broken at line 6',
    ],
    ['a good one before it', '{"notify":false}\n{"notify":true,"message":"ALERT","v":NaN}\n', 'replace them by null'],
    ['a good one before it, and chatter behind', `${good}\n{"notify":true,"v":NaN}\nprocessing {item}\n`, 'null'],
    ['JavaScript', '{\n  notify: true,\n  data: { v: 1, list: [ {} ] }\n}\n', 'JSON.stringify'],
    ['words before it', 'Result: {"notify":true,"data":{"v":1},"bad":Infinity}', 'replace them by null'],
    ['a list around it', '[{"notify":true,"message":"x"}, oops]', 'is broken'],
    ['a list around it without end', '[{"notify":true,"message":"x"},\n', 'is cut off'],
    ['a stray brace around it', '{result {"notify":true,"message":"x"}}', 'is broken'],
  ])('%s', (_what, text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  const value = fc.jsonValue({ maxDepth: 3 });
  const result = fc
    .record({ notify: fc.boolean(), data: fc.dictionary(fc.string(), value), list: fc.array(value) })
    .map((fields) => ({ ...fields, message: 'x' }));

  test('wherever it is cut off', () => {
    fc.assert(
      fc.property(result, fc.nat(), fc.constantFrom(undefined, 2), (printed, at, indent) => {
        const json = JSON.stringify(printed, null, indent);
        const cut = json.slice(0, 16 + (at % (json.length - 16)));
        expect(() => read(`${good}\n${cut}`)).toThrow('The last JSON object in its output is');
        expect(entriesOf(`${good}\n${cut}`)).toMatchObject([{ output: JSON.parse(good) }, { problem: {} }]);
      }),
    );
  });

  test('wherever NaN stands in it', () => {
    fc.assert(
      fc.property(result, fc.constantFrom(undefined, 2), fc.constantFrom('first', 'last'), (printed, indent, where) => {
        const fields = where === 'first' ? { v: '@@', ...printed } : { ...printed, v: '@@' };
        const json = JSON.stringify(fields, null, indent).replace('"@@"', 'NaN');
        expect(() => read(`${good}\n${json}\nbye {now}\n`)).toThrow('The last JSON object in its output is broken');
      }),
    );
  });
});

describe('stray braces in other lines harm no good object', () => {
  const chatter = fc.constantFrom(
    'processing {item}',
    '[INFO] {x}',
    '[INFO] {x: 1}',
    '2026-01-30 [main] {a, b} done',
    'for (const x of y) {',
    '}',
    ']',
    'a { b [ c',
    "DEBUG config={'a': 1, 'b': {}}",
    "{'a': 1}",
    'progress [#####     ] 50%',
    '[1/3] loading {',
    "it's {almost} done",
    '{{ mustache }}',
    '{{',
    'set {1, 2}',
    '[Row(a=1), Row(a=2)]',
    '"{',
    '\\{',
  );

  test('before it, behind it, and on both sides', () => {
    const lines = fc.array(chatter, { maxLength: 4 });
    fc.assert(
      fc.property(lines, lines, fc.constantFrom(undefined, 2), (before, behind, indent) => {
        const printed = { notify: true, message: 'x', data: { a: [{ b: 1 }] } };
        const text = [...before, JSON.stringify(printed, null, indent), ...behind].join('\n');
        expect(read(text).own).toEqual(printed);
      }),
      { numRuns: 1000 },
    );
  });

  test('on its own line', () => {
    expect(read(`a { b ${good}`)).toMatchObject({ notify: false });
    expect(read(`[INFO] {x} ${good} {y}`)).toMatchObject({ notify: false });
  });
});

test('text in no order at all is read in time', () => {
  for (const piece of ['{', '{\n', "{'x':\n", "{'", '\n{"a":', '{"notify":[', 'x {"a": x ', '\\"notify\\":{']) {
    const before = busyMs();
    expect(() => read(`{'x':${piece.repeat(1_000_000 / piece.length)}`)).toThrow('JSON');
    expect(busyMs() - before).toBeLessThan(5000);
  }
});
