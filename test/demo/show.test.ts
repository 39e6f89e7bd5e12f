import { expect, test } from 'vitest';
import { showMessage } from '../../src/demo/show.ts';

const message = (text: string) =>
  showMessage({
    at: 0,
    from: 'bot',
    method: 'sendMessage',
    chat_id: 1,
    message_id: 1,
    text,
    entities: [],
    silent: false,
    edits: [],
    deleted: false,
  });

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`).join('\n');

test.each([
  [12, 12, undefined],
  [13, 13, undefined],
  [14, 12, '… 2 more lines'],
])('a text of %i lines is shown with %i', (given, shown, rest) => {
  const out = message(lines(given));
  expect(out.match(/line \d+/g)).toHaveLength(shown);
  expect(/… .*/.exec(out)?.[0]).toBe(rest);
});

test('control characters are removed', () => {
  expect(message('a\u001b[2Jb\rc')).toBe('    ┌ Telegram\n    │ a[2Jbc\n');
});
