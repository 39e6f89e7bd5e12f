import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordLog } from '../../../../src/storage/files/records/record-log.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { end, fire, type Harness, type Submitted, startAlerts } from '../support/harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RULES = `
defaults: {to: [ops], group_wait: 30s, group_interval: 5m}
routes: [{name: disks, when: "alertname == 'Disk'", to: ["user:bob"]}]
`;
const bob = { account: { user: 'bob', uid: 1002 }, trusted: false };
/** A later account of the same name. */
const otherBob = { account: { user: 'bob', uid: 1003 }, trusted: false };

let dir = '';
const submitted: Submitted[] = [];
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  dir = await temporaryFolder();
  submitted.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const start = () => startAlerts({ dir, now: Date.now, rules: RULES, submitted });

/** Lets time pass, and delivers what is submitted in it. */
async function pass(harness: Harness, ms: number): Promise<void> {
  await harness.idle();
  const count = submitted.length;
  vi.advanceTimersByTime(ms);
  await harness.idle();
  for (const one of submitted.slice(count)) await harness.settle(one);
  await harness.idle();
}

const listed = async (harness: Harness, viewer = bob) => (await harness.services.alerts(viewer, {})).alerts;
const told = { told: ['user:bob'], routes: ['disks'] };

test('an alert stays visible to those it was sent to until it is no longer listed, also after a restart', async () => {
  const first = await start();
  await fire(first, ['Disk', 'Load']);
  await pass(first, MINUTE);
  expect(await listed(first)).toMatchObject([{ labels: { alertname: 'Disk' }, state: 'firing', ...told }]);
  await end(first, ['Disk', 'Load'], Date.now());
  await pass(first, 6 * MINUTE);
  expect(submitted.map(({ to }) => to).sort()).toEqual(['ops', 'ops', 'user:bob', 'user:bob']);
  expect(await listed(first)).toMatchObject([{ labels: { alertname: 'Disk' }, state: 'resolved', ...told }]);
  first.crash();
  const next = await start();
  expect(await listed(next)).toMatchObject([{ labels: { alertname: 'Disk' }, state: 'resolved', ...told }]);
  expect(await listed(next, otherBob)).toEqual([]);
  await pass(next, DAY);
  expect(await listed(next)).toEqual([]);
  await next.module.stop?.(1000);
  expect(await createRecordLog({ dir }).open()).toEqual([]);
});

test('an alert that fires again is visible to those who are notified again', async () => {
  const harness = await start();
  await fire(harness, ['Disk']);
  await pass(harness, MINUTE);
  await end(harness, ['Disk'], Date.now());
  await pass(harness, 6 * MINUTE);
  await fire(harness, ['Disk']);
  expect(await listed(harness)).toEqual([]);
  await pass(harness, MINUTE);
  expect(await listed(harness)).toMatchObject([{ state: 'firing', ...told }]);
});
