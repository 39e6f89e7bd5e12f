import { expect, test } from 'vitest';
import { pictureType } from '../../../src/shared/files/picture-type.ts';

test.each<[string, string | undefined]>([
  ['\x89PNG\r\n\x1a\nrest', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
  ['a,b\n1,2\n', undefined],
  ['%PDF-1.7', undefined],
  ['', undefined],
])('%j is %s', (bytes, type) => {
  expect(pictureType(Buffer.from(bytes, 'latin1'))).toBe(type);
});
