import { expect, test } from 'vitest';
import { findUrls } from '../../../../src/sandbox/text/detect/urls.ts';

const shown = (text: string) =>
  findUrls(text).map(({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`);

test.each<[text: string, ...found: string[]]>([
  ['see https://x.org/a_b?c=1#d, and http://y.org.', 'url https://x.org/a_b?c=1#d', 'url http://y.org'],
  ['backup.sh failed, rev.py too; README.md', 'url backup.sh', 'url rev.py', 'url README.md'],
  ['main.ts notes.txt a.out v1.2.3 10.5 e.g. x.y', ...[]],
  ['10.0.0.1 and 256.1.1.1 and 10.0.0.1:8080/x', 'url 10.0.0.1', 'url 10.0.0.1:8080/x'],
  ['(https://x.org/a(b)c) [https://x.org/]', 'url https://x.org/a(b)c', 'url https://x.org/'],
  ['/srv/backup.sh #x.org @x.org _x.org', ...[]],
  ['./backup.sh', ...[]],
  ['ann@x.org mailto:bob@y.org', 'email ann@x.org', 'email bob@y.org'],
  ['https://user:pw@x.org/', 'url https://user:pw@x.org/'],
  ['ssh://x.org gopher://y.org', ...[]],
  ['http://intranet http://a.internal/', 'url http://a.internal/'],
  ['x.org:99999/a x.org:80', 'url x.org', 'url x.org:80'],
  ['"https://x.org/q" <https://y.org>', 'url https://x.org/q', 'url https://y.org'],
  ['my_host.org a-.org', ...[]],
  ['bücher.de', 'url bücher.de'],
])('in %j is found what the server finds', (text, ...found) => {
  expect(shown(text)).toEqual(found);
});
