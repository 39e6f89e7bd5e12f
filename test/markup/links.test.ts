import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkable } from '../../src/markup/links.ts';
import { checkLink } from '../../src/sandbox/text/links.ts';

describe('an address', () => {
  test.each([
    'https://x.org',
    'HTTP://X.org:8080/Path?q#f',
    'http://a:b@x.org/',
    'http://127.0.0.1:3000/',
    'http://[::1]:3000/',
    'http://my_host.x.org/(a)',
    'tg://resolve?domain=x',
    'tg:resolve?domain=x',
    'tg://user?id=1',
  ])('%j is a link as it stands', (address) => {
    expect(linkable(address)).toBe(address);
  });

  test.each([
    ['http://host.example:/d', 'http://host.example/d'],
    ['http:host.example', 'http://host.example/'],
    ['http:///host.example', 'http://host.example/'],
    ['http://host.example\\d', 'http://host.example/d'],
    ['http://a@b@host.example/', 'http://a%40b@host.example/'],
    ['http://a|b@host.example/', 'http://a%7Cb@host.example/'],
    ['http://@host.example/', 'http://host.example/'],
    ['http://host.example:080/', 'http://host.example:080/'],
    ['http://bücher.example/ü', 'http://xn--bcher-kva.example/%C3%BC'],
    ['http://host.example/a b', 'http://host.example/a%20b'],
  ])('%j is a link as %j, which Telegram takes', (address, link) => {
    expect(linkable(address)).toBe(link);
  });

  test.each([
    'http://host.example:0/d',
    'http://host.example:99999/',
    'http://host.example:x/',
    'http://',
    'http://:80/',
    'http://./',
    'http://localhost/',
    'http://50%@host.example/',
    'http://host.ex%zz/',
    'http://[::g]/',
    'tg:',
    'tg://',
    'tg://?x',
    'tg://a.b',
    'tg://a@b',
    'tg://a:5',
    'tg:http://x.org',
    'ftp://x.org',
    'mailto:a@b.org',
    `https://x.org/${'a'.repeat(2048)}`,
  ])('%j is no link', (address) => {
    expect(linkable(address)).toBeUndefined();
  });

  test('of any form is taken by Telegram where it is a link', () => {
    const piece = fc.constantFrom(
      ...['http://', 'https:', 'tg:', '//', '/', 'x.org', 'a', '@', ':', '0', '80', '.', '[::1]', '[', ']', '%', '%41'],
      ...['?', '#', '\\', '|', '^', ' ', 'ü', '\t', '"', '<', '=', '&', '~', '_'],
    );
    const start = fc.constantFrom('http://', 'https://', 'tg:', 'tg://');
    fc.assert(
      fc.property(start, fc.array(piece, { maxLength: 8 }), (scheme, rest) => {
        const link = linkable(scheme + rest.join(''));
        if (link !== undefined) expect(checkLink(link)).toHaveProperty('url');
      }),
      { numRuns: 20_000 },
    );
  });
});
