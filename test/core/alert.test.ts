import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alert, fingerprintOf, isFiring } from '../../src/core/alert.ts';

describe('a fingerprint', () => {
  test('is the one that Alertmanager reports for the same labels', () => {
    expect(
      fingerprintOf({
        severity: 'info',
        alertname: 'Check_LowDiskSpace',
        alert_name: 'Check_LowDiskSpace',
        alert_source: 'AM',
        device: 'overlay',
        fstype: 'overlay',
        instance: 'node-exporter-ubuntu:9100',
        job: 'node-exporter',
        monitor: 'AM-Body-Check',
        mountpoint: '/',
      }),
    ).toBe('cfa231e7b7342048');
    expect(fingerprintOf({})).toBe('cbf29ce484222325');
  });

  test('does not depend on the order of the labels, and differs where a name or a value does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        const fingerprint = fingerprintOf(labels);
        expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
        expect(fingerprintOf(Object.fromEntries(Object.entries(labels).reverse()))).toBe(fingerprint);
        expect(fingerprintOf({ ...labels, another: `${labels.another ?? ''}x` })).not.toBe(fingerprint);
      }),
    );
    expect(fingerprintOf({ ab: 'c' })).not.toBe(fingerprintOf({ a: 'bc' }));
  });
});

test.each([
  [undefined, true],
  [1001, true],
  [1000, false],
  [999, false],
])('an alert that ends at %s fires at 1000: %s', (endsAt, firing) => {
  const alert: Alert = { labels: {}, annotations: {}, startsAt: 0, endsAt, generatorUrl: undefined };
  expect(isFiring(alert, 1000)).toBe(firing);
});
