import { describe, expect, test } from 'vitest';
import {
  EMPTY_STATE,
  formatState,
  lastSentOf,
  parseState,
  withFailures,
  withSend,
} from '../../../src/runner/state/script-state.ts';

describe('the content of a state file', () => {
  test.each(['{"last_sent": 0}', '{"last_sent": null}', '{}', '{"keys": {}}'])('%s reads as never sent', (text) => {
    expect(parseState(text)).toEqual(EMPTY_STATE);
  });

  test('holds last_sent also when nothing was sent', () => {
    expect(JSON.parse(formatState(EMPTY_STATE))).toEqual({ last_sent: 0 });
  });

  test('keeps sends, failures and the fields of other programs', () => {
    const file = {
      last_sent: 12.5,
      note: 'from Python',
      keys: { eu: 13 },
      failing: { since: 1, told_at: 2 },
      failure_told: 2,
    };
    const state = parseState(JSON.stringify(file));
    expect(state).toEqual({
      lastSent: 12.5,
      keys: { eu: 13 },
      failing: { since: 1, alertedAt: 2 },
      lastAlertAt: 2,
      rest: { note: 'from Python' },
    });
    expect(JSON.parse(formatState(state))).toEqual(file);
  });

  test('keeps the newest thousand keys', () => {
    const keys = Object.fromEntries(Array.from({ length: 1200 }, (_, at) => [`k${at}`, at]));
    const kept = parseState(formatState({ ...EMPTY_STATE, keys })).keys;
    expect(Object.keys(kept)).toHaveLength(1000);
    expect([kept.k1199, kept.k199]).toEqual([1199, undefined]);
  });

  test.each([
    ['{"last_sent": "yesterday"}', 'last_sent is not a Unix time in seconds'],
    ['{"last_sent": -1}', 'last_sent is not a Unix time in seconds'],
    ['{"keys": {"a": null}}', 'keys.a is not a Unix time in seconds'],
    ['{"keys": 1}', 'keys is not an object'],
    ['{"failing": 1}', 'failing is not an object'],
    ['[]', 'it is not a JSON object'],
  ])('%s is refused', (text, why) => {
    expect(() => parseState(text)).toThrow(why);
  });
});

describe('a send', () => {
  test('is remembered in milliseconds, by its key', () => {
    const state = withSend(withSend(EMPTY_STATE, undefined, 1_000_001), 'eu', 2_000_000);
    expect([lastSentOf(state, undefined), lastSentOf(state, 'eu'), lastSentOf(state, 'us')]).toEqual([
      1_000_001,
      2_000_000,
      undefined,
    ]);
    expect(lastSentOf(state, 'toString')).toBeUndefined();
  });

  test('leaves the memory of failures alone, which can be replaced', () => {
    const state = withFailures(withSend(EMPTY_STATE, undefined, 1000), { failing: { since: 1 } });
    expect(withFailures(state, { lastAlertAt: 2 })).toEqual({ keys: {}, rest: {}, lastSent: 1, lastAlertAt: 2 });
  });
});
