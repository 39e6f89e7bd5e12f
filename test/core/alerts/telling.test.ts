import { describe, expect, test } from 'vitest';
import { decideTelling, type Member, type TellingFacts } from '../../../src/core/alerts/telling.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

/** `f` fires, `a` is acknowledged, `s` silenced, `r` resolved; `~` flaps, `!` is inhibited. */
const membersOf = (words: string): readonly Member[] =>
  words.split(' ').map((word, index) => ({
    fingerprint: `${index}`,
    state: ({ f: 'firing', a: 'acknowledged', s: 'silenced', r: 'resolved' } as const)[word[0] as 'f'],
    isFlapping: word.includes('~'),
    isInhibited: () => word.includes('!'),
  }));

const decide = (words: string, more: Omit<Partial<TellingFacts>, 'told'> & { told?: string } = {}) => {
  const { told = '', ...facts } = more;
  return decideTelling({
    decision: { notify: 'new', transient: 'drop', repeatIntervalMs: 4 * HOUR },
    members: membersOf(words),
    told: new Set(told.split('').filter((one) => one !== '')),
    isTold: told !== '',
    occasion: 'timer',
    isOpen: true,
    toldAt: told === '' ? undefined : NOW - HOUR,
    isExpired: false,
    now: NOW,
    ...facts,
  } as TellingFacts);
};

const all = { notify: 'all', transient: 'drop', repeatIntervalMs: 4 * HOUR } as const;
const none = { ...all, notify: 'none' } as const;
const brief = { ...all, notify: 'new', transient: 'tell' } as const;

describe('a group of which nothing was told', () => {
  test.each([
    ['one that fires is told', 'f', {}, 'new', ['0']],
    ['also where further news make no sound', 'f', { decision: none }, 'new', ['0']],
    ['one that is over is not', 'r', {}, 'none', []],
    ['except where the route says so', 'r', { decision: brief }, 'new', []],
    ['but not while the route may not tell', 'r', { decision: brief, isOpen: false }, 'none', []],
    ['a silenced one is not', 's', {}, 'none', []],
    ['one that somebody takes care of is shown', 'a', {}, 'new', ['0']],
    ['an inhibited one is not', 'f!', {}, 'none', []],
    ['one while the route may not tell is not', 'f', { isOpen: false }, 'none', []],
    ['a change alone tells nothing', 'f', { occasion: 'change' }, 'none', []],
    ['a step alone tells nothing', 'f', { occasion: 'step' }, 'none', []],
  ] as const)('%s', (_, words, more, telling, begun) => {
    expect(decide(words, more)).toMatchObject({ telling, begun });
  });
});

describe('a group that was told', () => {
  test.each([
    ['nothing new says nothing', 'f', { told: '0' }, 'none'],
    ['a repeat that is due edits', 'f', { told: '0', toldAt: NOW - 4 * HOUR }, 'edit'],
    ['a repeat makes a sound with all', 'f', { told: '0', toldAt: NOW - 4 * HOUR, decision: all }, 'new'],
    [
      'a repeat comes anew on a schedule',
      'f',
      { told: '0', toldAt: NOW - 4 * HOUR, decision: { ...brief, schedule: '0 9 * * *' } },
      'new',
    ],
    ['a repeat of an acknowledged one does not come', 'a', { told: '0', toldAt: NOW - 9 * HOUR }, 'none'],
    [
      'no repeat with an interval of 0',
      'f',
      { told: '0', toldAt: 0, decision: { ...all, repeatIntervalMs: 0 } },
      'none',
    ],
    ['another alert makes a sound', 'f f', { told: '0' }, 'new'],
    ['another alert edits with none', 'f f', { told: '0', decision: none }, 'edit'],
    ['another alert that flaps edits', 'f f~', { told: '0' }, 'edit'],
    ['an end edits', 'f r', { told: '01' }, 'edit'],
    ['an end makes a sound with all', 'f r', { told: '01', decision: all }, 'new'],
    ['an end of one that flaps edits with all', 'f r~', { told: '01', decision: all }, 'edit'],
    ['an end is told while the route may not tell', 'r', { told: '0', isOpen: false }, 'edit'],
    ['what a person did is shown', 'a', { told: '0', occasion: 'change' }, 'edit'],
    ['a step shows nothing by itself', 'f', { told: '0', occasion: 'step' }, 'none'],
    ['an expired acknowledgement makes a sound', 'f', { told: '0', isExpired: true }, 'new'],
    ['except with none', 'f', { told: '0', isExpired: true, decision: none }, 'edit'],
  ] as const)('%s', (_, words, more, telling) => {
    expect(decide(words, more as Parameters<typeof decide>[1])).toMatchObject({ telling });
  });

  test('whose places were not reached is not told of an end', () => {
    expect(decide('r', { told: '0', isTold: false })).toMatchObject({ telling: 'none', over: ['0'], isAlive: false });
    expect(decide('f', { told: '0', isTold: false, toldAt: NOW - 4 * HOUR })).toMatchObject({
      telling: 'new',
      isRepeat: true,
    });
  });
});

test.each([
  ['f a s r', '0123', { isUrgent: true, isAlive: true, over: ['3'] }],
  ['a s', '01', { isUrgent: false, isAlive: true }],
  ['r', '0', { isUrgent: false, isAlive: false }],
  ['r~', '0', { isUrgent: false, isAlive: true }],
] as const)('%s of which %s were told', (words, told, expected) => {
  expect(decide(words, { told })).toMatchObject(expected);
});

test('what is held back, and why', () => {
  expect(decide('f! f', {}).withheld).toEqual({ inhibited: true, closed: false });
  expect(decide('f! f', { isOpen: false }).withheld).toEqual({ inhibited: false, closed: true });
});
