import { expect, test } from 'vitest';
import { createEventLog } from '../../../src/bot/events/event-log.ts';

test('a follower that fails keeps an event from no other', () => {
  const log = createEventLog(() => 100);
  const seen: string[] = [];
  log.subscribe('all', undefined, () => {
    throw new RangeError('cannot take this');
  });
  log.subscribe('all', undefined, ({ data }) => void seen.push(data));
  expect(() => log.append('message', { user: 'ana', uid: 1000 }, { n: 1 })).toThrow('cannot take this');
  expect(seen).toEqual(['{"n":1}']);
});
