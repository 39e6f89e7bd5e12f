import { describe, expect, test } from 'vitest';
import { planBeat, planEnd, planScripts, usualGrace } from '../../../src/bot/runners/beat-plan.ts';
import { isForgotten, lateFrom } from '../../../src/bot/runners/silence.ts';
import type { ExpectedBeat } from '../../../src/storage/ports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-01-30T12:00:00Z');
const ANN = { user: 'ann', uid: 1001 };
const BACKUP: ExpectedBeat = {
  owner: ANN,
  name: 'backup',
  isScript: false,
  everyMs: DAY,
  graceMs: HOUR,
  at: NOW - 2 * DAY,
  reportedAt: NOW - DAY,
};
const SCRIPT: ExpectedBeat = { ...BACKUP, name: 'rev.py', isScript: true };

test.each([
  [MINUTE, MINUTE],
  [20 * MINUTE, 2 * MINUTE],
  [5 * HOUR, 30 * MINUTE],
  [DAY, HOUR],
  [400 * DAY, HOUR],
])('the usual grace of a beat every %i ms is %i ms', (every, grace) => {
  expect(usualGrace(every)).toBe(grace);
});

describe('a beat', () => {
  test.each([
    ['keeps what was said before', {}, { everyMs: DAY, graceMs: HOUR }],
    ['changes the grace alone', { graceMs: 0 }, { everyMs: DAY, graceMs: 0 }],
    ['gets the usual grace of another rhythm', { everyMs: HOUR }, { everyMs: HOUR, graceMs: 6 * MINUTE }],
    ['changes where it is told', { to: ['ops'] }, { everyMs: DAY, to: ['ops'] }],
  ])('%s', (_what, said, expected) => {
    const { beats, back, gone } = planBeat(ANN, [BACKUP], { name: 'backup', ...said }, NOW);
    expect(beats).toMatchObject([{ name: 'backup', at: NOW, ...expected }]);
    expect(beats[0]).not.toHaveProperty('reportedAt');
    expect([back, gone]).toEqual([['backup'], []]);
  });

  test('that is new says how often it comes', () => {
    expect(() => planBeat(ANN, [BACKUP], { name: 'other' }, NOW)).toThrow(
      expect.objectContaining({ code: 'unknown_beat' }),
    );
    expect(planBeat(ANN, [], { name: 'other', everyMs: HOUR }, NOW).beats).toHaveLength(1);
  });

  test('ends', () => {
    expect(planEnd('backup')).toEqual({ beats: [], gone: ['backup'], back: ['backup'] });
  });
});

describe('scripts', () => {
  const plan = (scripts: Parameters<typeof planScripts>[2], known = [BACKUP, SCRIPT], isAll = true) =>
    planScripts(ANN, known, scripts, isAll, NOW);

  test('that are new are expected from now on, or since they last ran well', () => {
    expect(plan([{ name: 'new.py', everyMs: DAY }], []).beats).toMatchObject([{ at: NOW, isScript: true }]);
    const ran = plan([{ name: 'new.py', everyMs: DAY, succeededAt: NOW - HOUR }], []);
    expect(ran.beats).toMatchObject([{ at: NOW - HOUR }]);
    // One that ran last a month before its header came is not late at once.
    const longAgo = plan([{ name: 'new.py', everyMs: DAY, succeededAt: NOW - 30 * DAY }], []);
    expect(longAgo.beats).toMatchObject([{ at: NOW - DAY }]);
  });

  test('that have not run well since change nothing', () => {
    const same = { name: 'rev.py', everyMs: DAY, succeededAt: SCRIPT.at };
    expect(plan([same])).toEqual({ beats: [], gone: [], back: [] });
    expect(plan([{ name: 'rev.py', everyMs: DAY }])).toEqual({ beats: [], gone: [], back: [] });
  });

  test('that ran well are back', () => {
    const { beats, back } = plan([{ name: 'rev.py', everyMs: DAY, succeededAt: NOW - MINUTE }]);
    expect([beats, back]).toMatchObject([[{ name: 'rev.py', at: NOW - MINUTE }], ['rev.py']]);
    expect(beats[0]).not.toHaveProperty('reportedAt');
  });

  test('whose clock is ahead ran now', () => {
    expect(plan([{ name: 'rev.py', everyMs: DAY, succeededAt: NOW + DAY }]).beats).toMatchObject([{ at: NOW }]);
  });

  test('whose rhythm changed keep their absence', () => {
    const { beats, back } = plan([{ name: 'rev.py', everyMs: HOUR, to: ['ops'] }]);
    expect(beats).toMatchObject([{ everyMs: HOUR, to: ['ops'], at: SCRIPT.at, reportedAt: SCRIPT.reportedAt }]);
    expect(back).toEqual([]);
  });

  test('that are gone end, and jobs do not', () => {
    expect(plan([])).toEqual({ beats: [], gone: ['rev.py'], back: ['rev.py'] });
    expect(plan([], [BACKUP, SCRIPT], false)).toEqual({ beats: [], gone: [], back: [] });
  });
});

describe('a job is late', () => {
  const beat = { ...BACKUP, at: NOW };
  test.each([
    ['a day and an hour after its beat', NOW - 5 * DAY, DAY + HOUR],
    ['no sooner than two hours after the host woke', NOW + 3 * DAY, 3 * DAY + 2 * HOUR],
    ['as before where the host was off in between', NOW + HOUR, DAY + HOUR],
  ])('%s', (_when, awakeSince, after) => {
    expect(lateFrom(beat, awakeSince)).toBe(NOW + after);
  });

  test('soon where it comes often', () => {
    const often = { ...beat, everyMs: MINUTE, graceMs: MINUTE };
    expect(lateFrom(often, NOW + HOUR)).toBe(NOW + HOUR + 2 * MINUTE);
  });

  test('until it is forgotten', () => {
    expect(isForgotten(beat, NOW + 400 * DAY)).toBe(false);
    expect(isForgotten(beat, NOW + 402 * DAY)).toBe(true);
  });
});
