import fc from 'fast-check';
import { expect } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { readScriptOutput } from '../../../src/shared/api/script-entries.ts';
import { busyMs } from '../../support/busy-ms.ts';
import type { Target } from '../support/campaign.ts';
import { LONGEST_HELD_MS } from '../support/settings.ts';
import { anyText } from './markdown.ts';

const FIELDS = [
  'notify',
  'title',
  'message',
  'image_path',
  'image_paths',
  'file_path',
  'cooldown',
  'key',
  'severity',
  'silent',
  'buttons',
  'data',
];

const value = fc.oneof(
  fc.constantFrom(true, false, '1h', '0', 'high', 'x', null, 0, -1, 1e308, 'NaN', '/etc/passwd', '\u0000', [], {}),
  fc.constantFrom([{ text: 'a', url: 'https://a.b' }], [{ text: 'a' }], ['a.png', 'b.png'], '999999y', '-5m', '1e3h'),
  anyText,
  fc.jsonValue({ maxDepth: 5 }),
);
const object = fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string({ maxLength: 12 })), value, { maxKeys: 8 });
const latin = (text: string) => Buffer.from(text).toString('latin1');

/** Lines as scripts print them: JSON of several kinds, other languages' spelling of it, and noise. */
const line = fc.oneof(
  { weight: 4, arbitrary: object.map((fields) => latin(JSON.stringify(fields))) },
  { weight: 1, arbitrary: object.map((fields) => latin(JSON.stringify(fields, undefined, 2))) },
  {
    weight: 1,
    arbitrary: fc.tuple(object, fc.nat()).map(([fields, at]) => latin(JSON.stringify(fields)).slice(0, at % 400)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "{'notify': True}",
      '{notify: true}',
      '{"notify": NaN}',
      '[{}]',
      '{"a":1,}',
      '{"notify":false}',
    ),
  },
  { weight: 1, arbitrary: anyText.map(latin) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('{', '[', '"', '{"a":', '\\', '}', ' ', '{"', '[{'), fc.nat(3000))
      .map(([part, n]) => part.repeat(n)),
  },
);
/** Everything a script prints, in Latin-1. */
export const printed: fc.Arbitrary<string> = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));

const cases = fc.record({
  lines: fc.array(line, { maxLength: 6 }),
  end: fc.constantFrom('\n', '', '\r\n', ' \n\n'),
  last: fc.boolean(),
});

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;
/** Put at the end, it must be found whatever stands before it on other lines. */
const LAST = '{"notify":true,"message":"the last one","key":"k"}';

/** Whatever a script prints is a result, or a sentence that says what is wrong with it. */
export const scriptOutput: Target<Case> = {
  name: 'script-output',
  share: 10,
  time: 0.05,
  cases,
  check({ lines, end, last }) {
    const printed = [...lines, ...(last ? [LAST] : [])].join('\n') + end;
    const begun = busyMs();
    let said: string | undefined;
    try {
      const entries = readScriptOutput(Buffer.from(printed, 'latin1'));
      const outputs = entries.flatMap((entry) => ('output' in entry ? [entry.output] : []));
      for (const { notify } of outputs) expect(notify).toBeTypeOf('boolean');
      // Behind thousands of open brackets the search for it ends, with an error.
      const isWhole = entries.every((entry) => 'output' in entry);
      if (last && isWhole) expect(outputs.at(-1)?.message).toBe('the last one');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      said = error.message;
    }
    expect(busyMs() - begun).toBeLessThan(LONGEST_HELD_MS);
    if (said === undefined) return;
    expect(said).toMatch(/^[^\n\r\u0000]{5,2000}\.$/);
    expect(said.isWellFormed()).toBe(true);
  },
};
