import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { createIdempotencyCache, type IdempotencyCache, REMEMBERED_MS } from '../../src/queue/idempotency.ts';

const START = Date.parse('2026-01-30T12:00:00Z');
let time: number;
let ledger: IdempotencyCache;
beforeEach(() => {
  time = START;
  ledger = createIdempotencyCache(() => time);
});
const sent = (id: string, ...messageIds: number[]): Receipt => ({ id, status: 'sent', messageIds });

test('one that is being stored is known at once, and by its digest', async () => {
  let stored: (receipt: Receipt) => void = () => {};
  const receipt = new Promise<Receipt>((resolve) => {
    stored = resolve;
  });
  ledger.begin('ann', 'a', 'abc', () => receipt);
  const known = ledger.find('ann', 'a');
  expect([known?.isSame('abc'), known?.isSame('abd')]).toEqual([true, false]);
  stored(sent('a'));
  expect(await known?.receipt()).toEqual(sent('a'));
});

test('what came of it is told as it was, with the digest of before', async () => {
  const receipt = fc.record({
    id: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    status: fc.constantFrom<Receipt['status']>('queued', 'sent', 'muted', 'failed'),
    messageIds: fc.array(fc.maxSafeNat(), { maxLength: 10 }),
  });
  const failed = fc.tuple(receipt, fc.string({ unit: 'binary' })).map(([one, error]) => ({ ...one, error }));
  const property = fc.asyncProperty(fc.oneof(receipt, failed), fc.string({ unit: 'binary' }), async (one, digest) => {
    ledger.begin('ann', one.id, digest, async () => sent('another'));
    ledger.settle('ann', one);
    const known = ledger.find('ann', one.id);
    expect(await known?.receipt()).toEqual(one);
    expect([known?.isSame(digest), known?.isSame(`${digest}.`)]).toEqual([true, false]);
    ledger.settle('ann', sent(one.id, 5));
    expect(await ledger.find('ann', one.id)?.receipt()).toEqual(sent(one.id, 5));
    expect(ledger.find('ann', one.id)?.isSame(digest)).toBe(true);
  });
  await fc.assert(property);
});

test('an id is somebody’s own, and what was never begun is not settled', () => {
  ledger.recall('ann', sent('a'), 'abc', START);
  ledger.settle('ben', sent('a'));
  expect(ledger.find('ben', 'a')).toBeUndefined();
  ledger.release('ann', 'a');
  expect(ledger.find('ann', 'a')).toBeUndefined();
});

describe('a day later', () => {
  test('an id is free again, and not before', () => {
    ledger.begin('ann', 'a', 'abc', async () => sent('a'));
    ledger.recall('ann', sent('b'), 'abc', START - 1000);
    time = START + REMEMBERED_MS - 1001;
    expect(ledger.find('ann', 'b')).toBeDefined();
    time += 1;
    expect(ledger.find('ann', 'b')).toBeUndefined();
    ledger.settle('ann', sent('a'));
    expect(ledger.find('ann', 'a')).toBeDefined();
    time = START + REMEMBERED_MS;
    expect(ledger.find('ann', 'a')).toBeUndefined();
  });

  test('what it held is given back, and was little', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const many = 100_000;
    const before = used();
    for (let i = 0; i < many; i += 1) {
      const id = `${i}-0123456789abcdef0123456789ab`;
      ledger.begin(`user${i % 50}`, id, `${i}`.padEnd(64, 'f'), async () => sent(id));
      ledger.settle(`user${i % 50}`, sent(id, i));
    }
    const each = (used() - before) / many;
    expect(each).toBeLessThan(300);
    time += REMEMBERED_MS;
    ledger.begin('ann', 'a', 'abc', async () => sent('a'));
    expect(used() - before).toBeLessThan((each * many) / 2);
  });
});
