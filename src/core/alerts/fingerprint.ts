import type { Labels } from './alert.ts';

/** Halves of 64-bit numbers as two of 32 bits each; JavaScript's own of that size are a hundred times slower. */
const OFFSET_BASIS = { high: 0xcbf29ce4, low: 0x84222325 };
/** The prime is 2^40 + 0x1b3. http://www.isthe.com/chongo/tech/comp/fnv/ */
const PRIME_LOW = 0x1b3;
const TWO_32 = 2 ** 32;
/** Ends a name and a value; no UTF-8 text contains it. */
const SEPARATOR = 0xff;

const hex = (half: number) => half.toString(16).padStart(8, '0');

/**
 * The fingerprint of an alert: FNV-1a of 64 bits over its labels in the order of their names, 16 hexadecimal digits.
 * Prometheus and Alertmanager compute the same (`LabelSet.Fingerprint` in prometheus/common), so that an alert has one
 * name in all of them.
 *
 * @example fingerprintOf({}) // 'cbf29ce484222325'
 */
export function fingerprintOf(labels: Labels): string {
  let { high, low } = OFFSET_BASIS;
  const add = (byte: number) => {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * PRIME_LOW;
    low = product >>> 0;
    high = (high * PRIME_LOW + Math.floor(product / TWO_32) + mixed * 256) % TWO_32;
  };
  const encoded = Object.entries(labels).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  for (const [name, value] of encoded.sort(([a], [b]) => Buffer.compare(a, b))) {
    for (const byte of name) add(byte);
    add(SEPARATOR);
    for (const byte of value) add(byte);
    add(SEPARATOR);
  }
  return hex(high) + hex(low);
}
