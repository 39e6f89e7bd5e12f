import { describe, expect, test } from 'vitest';
import { decideFailureAlert } from '../../../src/runner/policy/failure-policy.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 30, 12);

describe('an alert is sent', () => {
  const quiet = 6 * HOUR;
  const alerted = (ago: number) => ({ failing: { since: NOW / 1000 - 86_400, alertedAt: (NOW - ago) / 1000 } });
  const recovered = (ago: number) => ({ lastAlertAt: (NOW - ago) / 1000 });
  test.each([
    ['the first time', {}, true, true, 'failure'],
    ['not within the quiet time', alerted(quiet - 1000), true, true, undefined],
    ['again after it', alerted(quiet), true, true, 'failure'],
    ['again when the clock was set back', alerted(-HOUR), true, true, 'failure'],
    ['not when alerts are turned off', {}, true, false, undefined],
    ['on the recovery from a failure that was alerted', alerted(HOUR), false, true, 'recovery'],
    ['not on the recovery from a failure that was not', { failing: { since: 1 } }, false, true, undefined],
    ['not while the script works', {}, false, true, undefined],
    [
      'not again within the quiet time, although the script worked since',
      recovered(quiet - 1000),
      true,
      true,
      undefined,
    ],
    ['again after it, although the script worked since', recovered(quiet), true, true, 'failure'],
    [
      'not on a recovery when only an earlier failure was alerted',
      { failing: { since: 1 }, ...recovered(HOUR) },
      false,
      true,
      undefined,
    ],
  ])('%s', (_, before, failed, enabled, alert) => {
    expect(decideFailureAlert(before, { failed, enabled, quiet }, NOW).alert).toBe(alert);
  });
});
