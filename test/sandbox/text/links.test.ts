import { expect, test } from 'vitest';
import { checkLink } from '../../../src/sandbox/text/links.ts';

test.each([
  ['https://example.com', { url: 'https://example.com/' }],
  ['HTTP://Example.COM:8080/Path?q#f', { url: 'http://example.com:8080/Path?q#f' }],
  ['example.com/x', { url: 'http://example.com/x' }],
  ['https://example.com?x=1', { url: 'https://example.com/?x=1' }],
  ['http://127.0.0.1:3000', { url: 'http://127.0.0.1:3000/' }],
  ['http://[::1]:3000/', { url: 'http://[::1]:3000/' }],
  ['tg://resolve?domain=x', { url: 'tg://resolve?domain=x' }],
  ['http://localhost:3000', { refused: 'Wrong HTTP URL' }],
  ['http://', { refused: 'URL host is empty' }],
  ['http://a b.com', { refused: 'Disallowed character in URL host' }],
  ['http://example.com:99999', { refused: 'Wrong port number specified in the URL' }],
  ['ftp://example.com', { refused: 'Unsupported URL protocol' }],
  ['tg://', { refused: 'URL host is empty' }],
  ['tg:', { refused: 'URL host is empty' }],
  ['tg:resolve?domain=x', { url: 'tg://resolve?domain=x' }],
  ['tg://a.b', { refused: 'Unallowed characters in URL host' }],
  ['tg://http://x.org', { refused: 'Wrong tg URL' }],
  ['tg://a:5', { refused: 'Wrong tg URL' }],
  ['http://host.example:/d', { refused: 'Wrong port number specified in the URL' }],
  ['http://host.example:0', { refused: 'Wrong port number specified in the URL' }],
  ['http://host.example:x', { refused: 'Wrong port number specified in the URL' }],
  ['http://:80/', { refused: 'Disallowed character in URL host' }],
  ['http://a@b@host.example', { refused: 'Disallowed character in URL userinfo' }],
  ['http://a|b@host.example', { refused: 'Disallowed character in URL userinfo' }],
  ['http://50%@host.example', { refused: 'Wrong percent-encoded symbol in URL userinfo' }],
  ['http://host.example\\d', { refused: 'Disallowed character in URL host' }],
  ['http://host.ex%zz/', { refused: 'Wrong percent-encoded symbol in URL host' }],
  ['http://[::g]/', { refused: 'Wrong IPv6 address specified in the URL' }],
  ['http://./', { refused: 'Host is invalid' }],
  ['http://a:b@Host.Example', { url: 'http://a:b@host.example/' }],
  ['http://host.example/a b', { url: 'http://host.example/a%20b' }],
  ['', { refused: 'URL host is empty' }],
])('%j is checked like Telegram does', (address, result) => {
  expect(checkLink(address)).toEqual(result);
});
