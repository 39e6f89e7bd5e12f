import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/shared/text/shell-word.ts';

test.each(['/data/notifications', '/srv/my data', "it's", '$HOME', '`id`', 'a;b', '', '~', 'ä'])(
  '%j is one word for a shell',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

test('what needs no quotes has none', () => {
  expect(shellWord('/data/notifications')).toBe('/data/notifications');
});
