import { describe, expect, test } from 'vitest';
import { healthProblems, type Vitals } from '../../../src/bot/monitoring/health.ts';
import type { PollFaultKind } from '../../../src/bot/telegram/updates/fault.ts';
import { Problem } from '../../../src/core/problem.ts';

const polled = (agoMs: number) => ({ turnMs: 0, lastPoll: { at: 1_800_000_000_000, agoMs } });
const well: Vitals = {
  poll: polled(1000),
  upMs: 3_600_000,
  queued: 0,
  capacity: 10_000,
  oldestMs: 0,
  storage: undefined,
  accounts: [],
  unreadable: [],
  corrupt: 0,
};
const away = 'Telegram is away: Telegram could not be reached (ECONNREFUSED).';
const problem = (kind: PollFaultKind, sentence: string, forMs: number) => ({
  poll: { turnMs: 0, problem: { kind, sentence, forMs } },
});

const reasonsOf = (vitals: Vitals) => healthProblems(vitals).map(({ reason }) => reason);

describe('health', () => {
  test.each<[string, Partial<Vitals>, readonly (string | RegExp)[]]>([
    ['all well', {}, []],
    ['just started, no poll yet', { poll: { turnMs: 0 }, upMs: 5_000 }, []],
    ['no poll for 90 s', { poll: polled(90_000) }, []],
    ['no poll for 91 s', { poll: polled(91_000) }, ['Telegram has not answered a poll for 91 s.']],
    [
      'no poll at all since the start',
      { poll: { turnMs: 0 }, upMs: 200_000 },
      ['Telegram has not answered a poll for 200 s.'],
    ],
    ['Telegram away for a moment', problem('unreachable', away, 59_000), []],
    ['Telegram away for a minute', problem('unreachable', away, 60_000), [away]],
    [
      'a refused token, at once',
      problem('token', 'Telegram refuses the bot token: check it.', 0),
      [/refuses the bot token/],
    ],
    [
      'a second poller, at once',
      problem('conflict', 'Another program receives this bot’s updates: stop it.', 0),
      [/Another program/],
    ],
    ['a message that waits for less than an hour', { oldestMs: 3_599_000 }, []],
    [
      'a message that waits for an hour while Telegram answers',
      { oldestMs: 3_600_000 },
      ['The oldest message has waited for 1h: `notify-bot queue` shows why.'],
    ],
    ['the same while Telegram is away', { oldestMs: 7_200_000, ...problem('unreachable', away, 1000) }, []],
    ['a full disk', { storage: new Problem('storage', 'The disk is full.') }, ['The disk is full.']],
    [
      'broken files',
      { unreadable: ['a.json is broken.', 'b.json is broken.'] },
      ['a.json is broken.', 'b.json is broken.'],
    ],
    ['corrupt deliveries', { corrupt: 3 }, [/^3 unreadable file\(s\) lie in outbox\/corrupt\//]],
    ['an outbox that is nearly full', { queued: 9_999 }, []],
    ['a full outbox', { queued: 10_000 }, ['The outbox is full: 10000 messages wait.']],
    [
      'everything at once',
      {
        ...problem('unreachable', away, 99_000),
        storage: new Problem('storage', 'Full.'),
        unreadable: ['Broken.'],
        corrupt: 1,
        queued: 10_001,
      },
      [away, 'Full.', 'Broken.', /corrupt/, /outbox is full/],
    ],
  ])('with %s', (_what, vitals, reasons) => {
    const found = reasonsOf({ ...well, ...vitals });
    expect(found).toEqual(
      reasons.map((reason) => (typeof reason === 'string' ? reason : expect.stringMatching(reason))),
    );
    for (const reason of found) expect(reason).toMatch(/\.$/);
  });
});
