import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { end, fire, type Harness, type Submitted, startAlerts } from './support/harness.ts';
import { ANN } from './support/make.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const viewer = { account: ANN, trusted: false };

const RULES = `
defaults: {to: [ops], group_wait: 30s, group_interval: 5m, repeat_interval: 4h, ack_timeout: 2h}
routes:
  - {name: all, when: "notify == 'all'", notify: all}
  - {name: none, when: "notify == 'none'", notify: none}
  - {name: brief, when: "kind == 'brief'", transient: tell}
  - {name: stepped, when: "kind == 'stepped'", escalation: oncall}
  - {name: nowhere, when: "kind == 'nowhere'", to: [attic]}
  - {name: daily, when: "kind == 'daily'", schedule: "0 9 * * *"}
  - {name: office, when: "kind == 'office'", active: office}
inhibit: [{source: "severity == 'critical'", target: "severity == 'low'", equal: [host]}]
escalations: {oncall: [{after: 0m, to: ops}, {after: 10m, to: "user:bob"}, {after: 25m, to: leads}]}
times: {office: "mon-fri 08:00-18:00 Europe/Berlin"}
`;

/** A Thursday, 12:00 in Berlin. */
const NOON = Date.parse('2026-01-29T11:00:00Z');

let dir = '';
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOON });
  dir = await temporaryFolder();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (submitted: Submitted[] = []) => startAlerts({ dir, now: Date.now, rules: RULES, submitted });

/** Lets time pass, and what is due in it be done, step by step. */
async function pass(harness: Harness, ms: number): Promise<void> {
  await harness.idle();
  vi.advanceTimersByTime(ms);
  await harness.idle();
  // What the done brought about, such as deletions.
  await sleep(1);
  await harness.idle();
}

/** What was submitted: its place, whether it edits, and its first words. */
const told = ({ submitted }: Harness) =>
  submitted.map(({ to, notification: { replace, origin } }) => `${to} ${replace ? 'edit' : origin?.ref.split('/')[3]}`);

/** Says of all that were submitted last that they were sent. @returns the id of the last message */
async function sendAll(harness: Harness, from = 0): Promise<void> {
  for (const one of harness.submitted.slice(from)) await harness.settle(one);
  await harness.idle();
}

const textOf = (one: Submitted | undefined) => one?.notification.text ?? '';

describe('a group', () => {
  test('is told once after group_wait, in one message, and its end by an edit', async () => {
    const harness = await start();
    await fire(harness, ['Disk'], { host: 'a' });
    await fire(harness, ['Disk'], { host: 'b' });
    await pass(harness, 29 * SECOND);
    expect(told(harness)).toEqual([]);
    await pass(harness, SECOND);
    expect(told(harness)).toEqual(['ops new']);
    expect(textOf(harness.submitted[0])).toMatch(/Disk/);
    await sendAll(harness);
    await end(harness, ['Disk'], Date.now(), { host: 'a' });
    await end(harness, ['Disk'], Date.now(), { host: 'b' });
    await pass(harness, 5 * MINUTE);
    expect(told(harness)).toEqual(['ops new', 'ops edit']);
    expect(textOf(harness.submitted[1])).toMatch(/✅ Resolved after/);
    expect(harness.submitted[1]?.notification.passes).toMatchObject({ mute: true });
    expect(harness.submitted[1]?.notification.buttons).toEqual([]);
  });

  test('that begins and ends within group_wait says nothing, or one line where the route wants it', async () => {
    const harness = await start();
    await fire(harness, ['Disk']);
    await fire(harness, ['Load'], { kind: 'brief' });
    await end(harness, ['Disk'], Date.now());
    await end(harness, ['Load'], Date.now(), { kind: 'brief' });
    await pass(harness, 30 * SECOND);
    expect(told(harness)).toEqual(['ops new']);
    expect(textOf(harness.submitted[0])).toMatch(/Load.*Resolved/s);
    await pass(harness, 12 * HOUR);
    expect(told(harness)).toHaveLength(1);
  });

  test('makes a sound for a new alert after group_interval, and deletes the message before', async () => {
    const harness = await start();
    await fire(harness, ['Disk'], { host: 'a' });
    await pass(harness, 30 * SECOND);
    await harness.settle(harness.submitted[0] as Submitted, 'sent', [501]);
    await fire(harness, ['Disk'], { host: 'b' });
    await pass(harness, 4 * MINUTE);
    expect(told(harness)).toEqual(['ops new']);
    await pass(harness, MINUTE);
    expect(told(harness)).toEqual(['ops new', 'ops new']);
    await harness.settle(harness.submitted[1] as Submitted, 'sent', [502]);
    await harness.idle();
    expect(harness.removed).toEqual([501]);
  });

  test.each([
    ['new', ['ops new', 'ops edit', 'ops new', 'ops edit']],
    ['all', ['ops new', 'ops new', 'ops new', 'ops new']],
    ['none', ['ops new', 'ops edit', 'ops edit', 'ops edit']],
  ])('with notify %s: first, repeat, another alert, end of one', async (notify, expected) => {
    const harness = await start();
    await fire(harness, ['Disk'], { notify, host: 'a' });
    await pass(harness, 30 * SECOND);
    await sendAll(harness);
    await pass(harness, 4 * HOUR);
    expect(told(harness)).toEqual(expected.slice(0, 2));
    await sendAll(harness, 1);
    await fire(harness, ['Disk'], { notify, host: 'b' });
    await pass(harness, 6 * MINUTE);
    expect(told(harness)).toEqual(expected.slice(0, 3));
    await sendAll(harness, 2);
    await end(harness, ['Disk'], Date.now(), { notify, host: 'b' });
    await pass(harness, 6 * MINUTE);
    expect(told(harness)).toEqual(expected);
  });

  test('that nobody could be told of goes on until somebody can, and its owner is told', async () => {
    const harness = await start();
    harness.missing.add('user:ann');
    await fire(harness, ['Disk'], { kind: 'nowhere' });
    await pass(harness, 30 * SECOND);
    expect(told(harness).filter((one) => !one.endsWith('undefined'))).toEqual([]);
    expect(harness.reasons()).toHaveLength(1);
    expect(harness.reasons()[0]).toMatch(/sent to attic: there is no destination attic/);
    harness.missing.clear();
    await pass(harness, 5 * MINUTE);
    expect(told(harness).filter((one) => !one.endsWith('undefined'))).toEqual(['user:ann new']);
    const notices = harness.submitted.filter(({ id }) => id.startsWith('al-nowhere'));
    expect(notices.map(({ to }) => to)).toContain('user:ann');
    await pass(harness, 5 * HOUR);
    expect(harness.submitted.filter(({ id }) => id.startsWith('al-nowhere'))).toHaveLength(notices.length);
  });

  test('with a schedule is told at its moments, anew each day', async () => {
    const harness = await start();
    await fire(harness, ['Evidence'], { kind: 'daily' });
    await pass(harness, 20 * HOUR);
    expect(told(harness)).toEqual([]);
    await pass(harness, HOUR);
    expect(told(harness)).toEqual(['ops new']);
    await sendAll(harness);
    await pass(harness, 23 * HOUR);
    expect(told(harness)).toHaveLength(1);
    await pass(harness, HOUR);
    expect(told(harness)).toEqual(['ops new', 'ops new']);
  });

  test('waits until its route may tell', async () => {
    const harness = await start();
    await pass(harness, 7 * HOUR);
    await fire(harness, ['Disk'], { kind: 'office' });
    await pass(harness, 12 * HOUR);
    expect(told(harness)).toEqual([]);
    await pass(harness, HOUR + MINUTE);
    expect(told(harness)).toEqual(['ops new']);
  });

  test('holds back what is inhibited until its source is over', async () => {
    const harness = await start();
    await fire(harness, ['Down'], { host: 'a', severity: 'critical' });
    await fire(harness, ['Slow'], { host: 'a', severity: 'low' });
    await fire(harness, ['Late'], { host: 'b', severity: 'low' });
    await pass(harness, 30 * SECOND);
    expect(harness.submitted.map(textOf).join()).toMatch(/Down.*Late/s);
    expect(harness.submitted.map(textOf).join()).not.toMatch(/Slow/);
    expect(harness.submitted[0]?.notification).toMatchObject({
      severity: 'critical',
      passes: { mute: true, quiet: true },
    });
    await end(harness, ['Down'], Date.now(), { host: 'a', severity: 'critical' });
    await pass(harness, 5 * MINUTE + SECOND);
    expect(harness.submitted.map(textOf).join()).toMatch(/Slow/);
  });

  test('flaps: its changes edit, until an hour of calm', async () => {
    const harness = await start();
    for (let round = 0; round < 2; round += 1) {
      await fire(harness, ['Link'], { notify: 'all' });
      await pass(harness, 6 * MINUTE);
      await sendAll(harness);
      await end(harness, ['Link'], Date.now(), { notify: 'all' });
      await pass(harness, 6 * MINUTE);
      await sendAll(harness);
    }
    const before = harness.submitted.length;
    await fire(harness, ['Link'], { notify: 'all' });
    await pass(harness, 6 * MINUTE);
    expect(told(harness).slice(before)).toEqual(['ops edit']);
    expect(textOf(harness.submitted.at(-1))).toMatch(/Flapping/);
    await end(harness, ['Link'], Date.now(), { notify: 'all' });
    await pass(harness, 6 * MINUTE);
    expect(told(harness).slice(before)).toEqual(['ops edit', 'ops edit']);
    await pass(harness, 2 * HOUR);
    await fire(harness, ['Link'], { notify: 'all' });
    await pass(harness, MINUTE);
    expect(told(harness).at(-1)).toBe('ops new');
  });

  test('of 10,000 alerts is one message of bounded length', async () => {
    const harness = await start();
    for (let batch = 0; batch < 10; batch += 1) {
      const posted = Array.from({ length: 1000 }, (_, n) => ({
        labels: { alertname: 'Disk', host: `host${batch * 1000 + n}` },
        annotations: { summary: 'x'.repeat(200) },
      }));
      await harness.services.takeAlerts(ANN, posted, { source: 'socket' });
    }
    await pass(harness, 30 * SECOND);
    expect(harness.submitted).toHaveLength(1);
    expect(textOf(harness.submitted[0])).toMatch(/… and 9990 more/);
    expect(textOf(harness.submitted[0]).length).toBeLessThan(6000);
  });

  test('waits where its messages cannot be stored, and is then told once', async () => {
    const harness = await start();
    harness.fail = new Problem('outbox_full', 'The outbox is full.');
    await fire(harness, ['Disk']);
    await pass(harness, 30 * SECOND);
    expect(told(harness)).toEqual([]);
    harness.fail = undefined;
    await pass(harness, 30 * SECOND);
    await pass(harness, 30 * SECOND);
    expect(told(harness)).toEqual(['ops new']);
  });

  test('ends by the rules that it began with', async () => {
    const harness = await start();
    await fire(harness, ['Disk'], { kind: 'brief' });
    await pass(harness, 30 * SECOND);
    await sendAll(harness);
    harness.useRules('defaults: {to: [leads]}');
    await end(harness, ['Disk'], Date.now(), { kind: 'brief' });
    await pass(harness, 6 * MINUTE);
    expect(told(harness)).toEqual(['ops new', 'ops edit']);
  });
});

describe('an acknowledgement', () => {
  test('ends repeats, is shown, expires and says so', async () => {
    const harness = await start();
    const [disk] = await fire(harness, ['Disk']);
    if (disk === undefined) throw new Error('one was taken');
    await pass(harness, 30 * SECOND);
    await sendAll(harness);
    await harness.services.acknowledge(viewer, disk, { by: 'bob' });
    await pass(harness, SECOND);
    expect(told(harness)).toEqual(['ops new', 'ops edit']);
    expect(textOf(harness.submitted[1])).toMatch(/👤 Acknowledged by bob until/);
    await sendAll(harness, 1);
    await pass(harness, 2 * HOUR - 2 * SECOND);
    expect(told(harness)).toHaveLength(2);
    await pass(harness, 2 * SECOND);
    expect(told(harness)).toEqual(['ops new', 'ops edit', 'ops new']);
    expect(textOf(harness.submitted[2])).toMatch(/acknowledgement of bob has expired/);
  });

  test('of a group does not cover an alert that comes later', async () => {
    const harness = await start();
    await fire(harness, ['Disk'], { host: 'a' });
    await pass(harness, 30 * SECOND);
    await harness.settle(harness.submitted[0] as Submitted, 'sent', [501]);
    const group = harness.submitted[0]?.id.split('-')[1];
    expect(await harness.press(`ack:${group}`, 501)).toEqual({ text: 'Acknowledged: 1 alert, for 2h.' });
    expect(await harness.press(`ack:${group}`, 501)).toEqual({ text: 'bob has acknowledged this already.' });
    await pass(harness, SECOND);
    await fire(harness, ['Disk'], { host: 'b' });
    await pass(harness, 5 * MINUTE);
    expect(told(harness)).toEqual(['ops new', 'ops edit', 'ops new']);
    expect(textOf(harness.submitted[2])).toMatch(/1 of 2: Acknowledged by bob/);
  });

  test('counts only under a message of the group, and while somebody may still press there', async () => {
    const harness = await start();
    await fire(harness, ['Disk']);
    await pass(harness, 30 * SECOND);
    await harness.settle(harness.submitted[0] as Submitted, 'sent', [501]);
    const group = harness.submitted[0]?.id.split('-')[1];
    for (const [data, message, chat] of [
      [`ack:${group}`, 502, -100],
      [`ack:${group}`, 501, -200],
      ['ack:nothing', 501, -100],
      ['xxx', 501, -100],
    ] as const) {
      expect(await harness.press(data, message, chat)).toMatchObject({ alert: true });
    }
    expect((await harness.services.alerts(viewer, { state: 'firing' })).total).toBe(1);
    await harness.press(`s4h:${group}`, 501);
    expect((await harness.services.alerts(viewer, { state: 'silenced' })).total).toBe(1);
  });
});

describe('a silence', () => {
  test('holds back what is new, and the end of what was told is told all the same', async () => {
    const harness = await start();
    const [disk] = await fire(harness, ['Disk']);
    if (disk === undefined) throw new Error('one was taken');
    await pass(harness, 30 * SECOND);
    await sendAll(harness);
    await harness.services.silence(viewer, disk, { by: 'ann', forMs: HOUR });
    await pass(harness, SECOND);
    await sendAll(harness, 1);
    await end(harness, ['Disk'], Date.now());
    await pass(harness, 5 * MINUTE);
    expect(told(harness)).toEqual(['ops new', 'ops edit', 'ops edit']);
    await sendAll(harness, 2);
    await fire(harness, ['Disk']);
    await pass(harness, 50 * MINUTE);
    expect(told(harness)).toHaveLength(3);
    await pass(harness, 10 * MINUTE);
    expect(told(harness).at(-1)).toBe('ops new');
  });
});

describe('after a crash', () => {
  test('between the record and the queue the message is submitted again, once', async () => {
    const first = await start();
    await fire(first, ['Disk']);
    first.fail = new Problem('storage', 'The disk is full.');
    await pass(first, 30 * SECOND);
    first.crash();
    const second = await start();
    await pass(second, SECOND);
    await pass(second, SECOND);
    expect(told(second)).toEqual(['ops new']);
    const third = await start(second.submitted);
    await pass(third, 5 * MINUTE);
    expect(told(third)).toEqual(['ops new']);
  });

  test('the alerts of a source that repeats them get their time again', async () => {
    const first = await start();
    const posted = [{ labels: { alertname: 'Disk' }, annotations: {} }];
    await first.services.takeAlerts(ANN, posted, { source: 'prometheus' });
    await pass(first, 30 * SECOND);
    first.crash();
    vi.advanceTimersByTime(HOUR);
    const second = await start(first.submitted);
    await pass(second, 4 * MINUTE);
    expect((await second.services.alerts(viewer, { state: 'firing' })).total).toBe(1);
    await pass(second, 2 * MINUTE);
    expect((await second.services.alerts(viewer, { state: 'resolved' })).total).toBe(1);
  });
});

test('an alert whose severity rises is told where its new severity belongs, and shown anew where it was told', async () => {
  const rules = `
defaults: {to: [ops], group_wait: 0s, group_interval: 0s}
routes: [{name: critical, when: "severity == 'critical'", to: leads, continue: true}, {name: all, when: "true", to: ops}]
`;
  const harness = await startAlerts({ dir, now: Date.now, rules });
  const post = (severity: string) =>
    harness.services.takeAlerts(ANN, [{ labels: { alertname: 'Disk' }, annotations: { severity } }], {
      source: 'script',
    });
  await post('high');
  await pass(harness, SECOND);
  expect(told(harness)).toEqual(['ops new']);
  await sendAll(harness);
  await post('critical');
  await pass(harness, SECOND);
  expect(told(harness).slice(1).sort()).toEqual(['leads new', 'ops edit']);
  expect(textOf(harness.submitted.find(({ notification }) => notification.replace === true))).toContain('🚨');
});
