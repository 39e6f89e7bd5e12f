import { expect, test } from 'vitest';
import { formatBatch, parseBatch } from '../../../../src/storage/files/deliveries/batch-file.ts';
import { batchOf } from '../../contract/deliveries.ts';

const ALL = batchOf(1, 3, 2);
const NAME = ALL[0]?.delivery ?? '';

test('a batch is read as it was written', () => {
  expect(parseBatch(formatBatch(ALL), NAME)).toEqual(ALL);
});

test('a batch holds what its deliveries share once, so that a long text costs no room for each', () => {
  const long = ALL.map((one) => ({ ...one, steps: [{ part: { say: 'x'.repeat(10_000) }, cost: 1 }] }));
  expect(formatBatch(long).length).toBeLessThan(12_000);
});

const member = { delivery: NAME, destination: 'ops', chat_id: 1, place: 0 };

test.each<[string, object]>([
  ['version', { version: 2 }],
  ['members', { members: [] }],
  ['members', { members: [{ ...member, delivery: '../../x' }] }],
  ['members', { members: [{ ...member, chat_id: 'x' }] }],
  ['members', { members: [{ ...member, place: undefined }] }],
])('a batch with a wrong field %s is refused', (field, wrong) => {
  const text = JSON.stringify({ ...JSON.parse(formatBatch(ALL)), ...wrong });
  expect(() => parseBatch(text, NAME)).toThrow(`its field ${field} is not what a batch holds`);
});

test('a batch that is torn, or has the name of another one, is refused', () => {
  const text = formatBatch(ALL);
  expect(() => parseBatch(text.slice(0, -1), NAME)).toThrow('it is not JSON');
  expect(() => parseBatch(text, ALL[1]?.delivery ?? '')).toThrow('its field first');
});
