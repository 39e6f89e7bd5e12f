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
  ['http://a b.com', { refused: 'Wrong HTTP URL' }],
  ['http://example.com:99999', { refused: 'Wrong port number specified in the URL' }],
  ['ftp://example.com', { refused: 'Unsupported URL protocol' }],
  ['tg://', { refused: 'Wrong tg URL' }],
  ['', { refused: 'URL host is empty' }],
])('%j is checked like Telegram does', (address, result) => {
  expect(checkLink(address)).toEqual(result);
});
