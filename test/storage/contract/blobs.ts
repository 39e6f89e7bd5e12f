import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation } from '../support/place.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export function describeBlobs({ makePlace }: Implementation): void {
  const opened = async () => {
    const place = await makePlace();
    const { blobs, deliveries } = place.open();
    await deliveries.open();
    return { place, blobs };
  };

  describe('blobs', () => {
    test('hold what came, and show their first bytes', async () => {
      const { blobs } = await opened();
      const [one, other] = [await blobs.write(pieces('hel', 'lo')), await blobs.write([Buffer.from('hello')])];
      expect(one).not.toBe(other);
      for (const blob of [one, other]) {
        expect(Buffer.from(await blobs.head(blob, 100)).toString()).toBe('hello');
        expect(Buffer.from(await blobs.head(blob, 2)).toString()).toBe('he');
      }
    });

    test('are gone when discarded, and at the next start', async () => {
      const { place, blobs } = await opened();
      const [one, other] = [await blobs.write(pieces('a')), await blobs.write(pieces('b'))];
      await blobs.discard([one, 'unknown']);
      await expect(blobs.head(one, 1)).rejects.toThrow();
      const next = place.open();
      await next.deliveries.open();
      await expect(next.blobs.head(other, 1)).rejects.toThrow();
      expect(await place.countStored()).toBe(0);
    });

    test('are bounded together, until some are discarded', async () => {
      const place = await makePlace();
      const { blobs, deliveries } = place.open({ bounds: { ...BOUNDS, stagedBytes: 10 } });
      await deliveries.open();
      const first = await blobs.write(pieces('12345', '67'));
      await expect(blobs.write(pieces('abc', 'd'))).rejects.toMatchObject({ code: 'outbox_full' });
      const second = await blobs.write(pieces('abc'));
      await blobs.discard([first, second, second]);
      await blobs.write(pieces('1234567890'));
      expect(await place.countStored()).toBe(1);
    });

    test('leave nothing when their source fails, whose error is passed on', async () => {
      const { place, blobs } = await opened();
      const failing = async function* () {
        yield Buffer.from('half');
        throw new Error('gone');
      };
      await expect(blobs.write(failing())).rejects.toThrow('gone');
      expect(await place.countStored()).toBe(0);
    });

    test('leave nothing when the storage fills up, which a probe notices', () =>
      fillEverywhere({
        makePlace,
        arrange: async ({ deliveries }) => void (await deliveries.open()),
        change: async ({ blobs }) => {
          await blobs.write(pieces('a', 'b')).catch(async (error: unknown) => {
            expect(error).toMatchObject({ code: 'storage' });
            expect(await blobs.probe()).toBe(false);
            throw error;
          });
        },
        async check({ blobs }, _context, done, place) {
          expect(await blobs.probe()).toBe(true);
          expect(await place.countStored()).toBe(done ? 1 : 0);
        },
      }));
  });
}
