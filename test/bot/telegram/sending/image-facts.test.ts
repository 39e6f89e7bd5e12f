import { expect, test } from 'vitest';
import { mediaFacts } from '../../../../src/bot/telegram/sending/image-facts.ts';
import { gif, mp4, png, webp } from '../../../support/picture.ts';

const factsOf = (bytes: Uint8Array, as: 'photo' | 'document' = 'photo') =>
  mediaFacts({ blob: 'b', name: 'x', size: bytes.length, as }, { head: async (_, most) => bytes.slice(0, most) });

test.each([
  ['a PNG', png(30, 20), { image: { type: 'png', width: 30, height: 20 } }],
  ['a WebP', webp(30, 20), { image: { type: 'webp', width: 30, height: 20 } }],
  ['a still GIF', gif(30, 20, 1), { image: { type: 'gif', width: 30, height: 20 } }],
  ['an animated GIF', gif(30, 20, 3), { image: { type: 'gif', width: 30, height: 20 }, moving: 'animation' }],
  ['an MPEG-4 video', mp4('isom'), { moving: 'video' }],
  ['a video of another brand', mp4('mp42'), { moving: 'video' }],
  ['a HEIC', mp4('heic'), {}],
  ['an AVIF', mp4('avif'), {}],
  ['a QuickTime film', mp4('qt  '), {}],
  ['text', Buffer.from('GIF is a format'), {}],
  ['nothing', Buffer.alloc(0), {}],
])('%s is told by its bytes', async (_, bytes, facts) => {
  expect(await factsOf(bytes)).toEqual({ name: 'x', size: bytes.length, as: 'photo', ...facts });
});

test('what was asked for as a document is not looked at', async () => {
  expect(await factsOf(gif(3, 2, 3), 'document')).toEqual({ name: 'x', size: gif(3, 2, 3).length, as: 'document' });
});
