import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/core/alerts/fingerprint.ts';

/** FNV-1a as its authors write it. http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(bytes: Iterable<number>): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

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

  test('is FNV-1a of name and value, each with an end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, value) => {
        const bytes = [...Buffer.from(name), 0xff, ...Buffer.from(value), 0xff];
        expect(fingerprintOf({ [name]: value })).toBe(fnv1a(bytes));
      }),
    );
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
