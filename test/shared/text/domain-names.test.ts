import { expect, test } from 'vitest';
import { findUrls } from '../../../src/sandbox/text/detect/urls.ts';
import { stretchesOf } from '../../../src/shared/text/domain-names.ts';

const namesIn = (text: string) => stretchesOf(text).flatMap(({ text: name, isName }) => (isName ? [name] : []));

test.each([
  ['backup.sh: failed (a-b.py, état.sh)', ['backup.sh', 'a-b.py', 'état.sh']],
  ['"x.PY" is skipped: rename it to x.py.', ['x.PY', 'x.py']],
  ['cron on srv.example.com, 10.0.0.5', ['srv.example.com', '10.0.0.5']],
  ['file:backup.sh C:\\x.py x.sh:80 x.sh/y', ['backup.sh', 'x.py', 'x.sh', 'x.sh']],
  ['/home/ann/backup.sh, ./x.sh, ~/x.py, https://x.org/a.sh, ann@x.org, e.g. 1.5 h, v1.2.3, x..sh', []],
])('names in %j', (text, names) => {
  expect(namesIn(text)).toEqual(names);
  expect(
    stretchesOf(text)
      .map((one) => one.text)
      .join(''),
  ).toBe(text);
});

test.each([
  'backup.sh: failed',
  'a (x.py) b',
  'rename it to x.py.',
  'on srv.example.com:80, 10.0.0.5',
  'x.sh/y',
  'C:\\x.py',
])('what Telegram would link in %j is one of them', (text) => {
  const words = stretchesOf(text).map((one) => (one.isName ? '' : one.text));
  expect(findUrls(text)).not.toEqual([]);
  expect(words.flatMap(findUrls)).toEqual([]);
});
