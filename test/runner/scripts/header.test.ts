import { describe, expect, test } from 'vitest';
import { parseHeader } from '../../../src/runner/scripts/header.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a header', () => {
  test.each([
    [
      '#!/bin/sh\n# notify: schedule="0 9 * * 1-5" timeout=5m cooldown=6h\n',
      { schedule: '0 9 * * 1-5', timeout: 5 * MINUTE, cooldown: 6 * HOUR },
    ],
    ['# notify: schedule="0 9 * * 1-5" tz=Europe/Berlin', { schedule: '0 9 * * 1-5', tz: 'Europe/Berlin' }],
    ['# notify: to=ops', { to: ['ops'] }],
    ['# notify: to=ops,user:bob, cooldown=0', { to: ['ops', 'user:bob'], cooldown: 0 }],
    ['# notify: to="ops, ops/disks, @our_news"', { to: ['ops', 'ops/disks', '@our_news'] }],
    ["// notify: schedule='@daily', cooldown=0", { schedule: '@daily', cooldown: 0 }],
    ['/* notify: timeout=1m */', { timeout: MINUTE }],
    ['#notify:timeout=1m\r\n# notify: cooldown = 2h', { timeout: MINUTE, cooldown: 2 * HOUR }],
    ['# notify: tells when the revenue drops', {}],
    [`${'#\n'.repeat(19)}# notify: timeout=1m`, { timeout: MINUTE }],
    [`${'#\n'.repeat(20)}# notify: timeout=1m`, {}],
    ['print("# notify: timeout=1m")', {}],
  ])('%j is read', (text, header) => {
    expect(parseHeader(text)).toEqual(header);
  });

  test.each([
    ['# notify: timeout=0', '# notify: timeout: expected 1ms to 24h, found "0".'],
    ['# notify: to=Ops', '# notify: to: "Ops" is no destination: write ops, ops/disks,'],
    ['# notify: to=","', '# notify: to: expected 1 to 50 names, found 0.'],
    ['# notify: timeout=2d', '# notify: timeout: expected 1ms to 24h, found "2d".'],
    ['# notify: cooldown=often', '# notify: cooldown: "often" is not a duration'],
    ['# notify: schedule="0 9 * * *', '# notify: expected name=value, found "schedule=\\"0 9 * * *".'],
    ['# notify: cooldown=1h and more', '# notify: expected name=value, found "and more".'],
    [
      '# notify: cron="* * * * *"',
      '# notify: cron is none of schedule, tz, host, timeout, cooldown, expect, to, python.',
    ],
    [
      '# notify: cooldwn=5m',
      '# notify: cooldwn is none of schedule, tz, host, timeout, cooldown, expect, to, python; did you mean cooldown?',
    ],
    [
      '# notify: scedule="@daily" timeout=2 host=-x\n# notify: cooldown=often',
      'did you mean schedule? # notify: timeout: "2" has no unit: write 2s, 2m or 2h. # notify: host: "-x" is not the name of a host. # notify: cooldown: "often" is not',
    ],
  ])('%j is refused', (text, sentence) => {
    expect(() => parseHeader(text)).toThrow(sentence);
  });
});
