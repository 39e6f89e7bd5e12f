import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { jsonResults } from '../../../src/shared/json/json-results.ts';

const read = (text: string) => jsonResults(Buffer.from(text));

test('a run says at most a hundred things, and one more that says so', () => {
  const results = read('{"notify":true,"message":"a"}\n'.repeat(5000));
  expect(results).toHaveLength(101);
  expect(results.at(-1)).toMatchObject({
    code: 'too_many_results',
    message: 'It printed 5000 notifications; only the first 100 are sent. Put more into one message.',
  });
});

test.each([
  ['a Python dictionary', "{'notify': True}\n"],
  ['a word that breaks off', '{"notify":tru}\n'],
])('%s on each of many lines is explained ten times, in time that grows with the text', (_, line) => {
  const results = read(line.repeat(30_000));
  expect(results.filter((one) => one instanceof Problem && /broken at line/.test(one.message))).toHaveLength(10);
});
