import { describe, expect, test } from 'vitest';
import { judgeSilence } from '../../../src/bot/runners/silence.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = Date.parse('2026-06-30T12:00:00Z');
const beat = (expectedBy: number) => ({ user: 'ann', uid: 1001, at, expectedBy });

describe('a runner', () => {
  test.each([
    ['is expected still', at + HOUR, at + 30 * 60_000, 0, 'none'],
    ['is a little late', at + HOUR, at + 3 * HOUR, 0, 'none'],
    ['is late', at + HOUR, at + 3 * HOUR + 1, 0, 'silent'],
    ['is run once a day', at + DAY, at + DAY + HOUR, 0, 'none'],
    ['is run once a day, and was not', at + DAY, at + DAY + 2 * HOUR + 1, 0, 'silent'],
    ['was off together with the service, which started just now', at + HOUR, at + 10 * HOUR, at + 10 * HOUR, 'none'],
    ['did not come back with the service', at + HOUR, at + 13 * HOUR + 1, at + 10 * HOUR, 'silent'],
    ['has been away for years', at + HOUR, at + 401 * DAY, 0, 'gone'],
    ['is run once in 400 days', at + 400 * DAY, at + 401 * DAY, 0, 'silent'],
    ['has a clock that was set back', at + HOUR, at - DAY, 0, 'none'],
  ])('%s', (_, expectedBy, now, awakeSince, judged) => {
    expect(judgeSilence(beat(expectedBy), now, awakeSince)).toBe(judged);
  });
});
