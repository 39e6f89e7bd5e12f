import { describe, expect, test } from 'vitest';
import type { Implementation } from '../support/place.ts';

export function describeLease({ makePlace }: Implementation): void {
  describe('the lease', () => {
    test('is held by one at a time, and is free when given back', async () => {
      const place = await makePlace();
      const giveBack = await place.open().lease.take();
      await expect(place.open().lease.take()).rejects.toMatchObject({
        code: 'service_running',
        message: expect.stringContaining(`process ${process.pid}`),
      });
      giveBack();
      (await place.open().lease.take())();
    });
  });

  describe('an inspection', () => {
    test('of a storage in use finds nothing to do, and changes nothing', async () => {
      const place = await makePlace();
      const storage = place.open();
      await storage.lease.take();
      await storage.deliveries.open();
      const { inspection } = place.open();
      await inspection.requireReadable();
      const findings = await inspection.diagnose();
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    });
  });
}
