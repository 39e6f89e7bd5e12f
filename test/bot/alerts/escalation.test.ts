/** No step of an escalation after an acknowledgement, whatever is under way at that moment. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { createRandom } from '../../support/random.ts';
import { tell } from '../../support/reporters/figures.ts';
import { fire, type Harness, startAlerts } from './support/harness.ts';
import { ANN } from './support/make.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-01-29T11:00:00Z');
const viewer = { account: ANN, trusted: false };
const RULES = `
defaults: {to: [ops], group_by: [alertname], group_wait: 30s}
routes: [{name: stepped, escalation: oncall}]
escalations: {oncall: [{after: 0m, to: ops}, {after: 10m, to: "user:bob"}, {after: 25m, to: leads}]}
`;

let harness: Harness;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START });
  harness = await startAlerts({ dir: await temporaryFolder(), now: Date.now, rules: RULES });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await harness.idle();
}

/** To whom a step went, with those that the queue still sends. */
async function stepsTo(from: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of harness.submitted.slice(from)) {
    const isStep = one.notification.origin?.ref.endsWith('/step') === true;
    if (isStep && !(await harness.isTakenBack(one))) found.push(one.to);
  }
  return found;
}

test('the steps come at their moments, to those who were not told yet and to those who were', async () => {
  await fire(harness, ['Disk']);
  await pass(30 * SECOND);
  expect(harness.submitted.map(({ to }) => to)).toEqual(['ops']);
  await pass(10 * MINUTE - 1);
  expect(harness.submitted).toHaveLength(1);
  await pass(1);
  expect(harness.submitted.map(({ to }) => to)).toEqual(['ops', 'user:bob']);
  expect(harness.submitted[1]?.notification.passes).toEqual({ quiet: true });
  await pass(15 * MINUTE);
  expect(harness.submitted.map(({ to }) => to)).toEqual(['ops', 'user:bob', 'leads']);
  await pass(60 * MINUTE);
  expect(harness.submitted).toHaveLength(3);
});

test('the steps lead where the rules say, also where the poster names a place for the alert itself', async () => {
  harness.useRules(`defaults: {to: [ops], group_wait: 30s, escalation: oncall}
escalations: {oncall: [{after: 10m, to: leads}]}`);
  harness.restricted.add('leads');
  const posted = [{ labels: { alertname: 'Own' }, annotations: {} }];
  await harness.services.takeAlerts(ANN, posted, { source: 'socket', to: ['user:ann'] });
  await pass(30 * SECOND);
  await pass(10 * MINUTE);
  expect(harness.submitted.map(({ to }) => to)).toEqual(['user:ann', 'leads']);
});

test('an expired acknowledgement begins it again; an end ends it', async () => {
  const [disk] = await fire(harness, ['Disk']);
  if (disk === undefined) throw new Error('one was taken');
  await pass(30 * SECOND);
  await harness.services.acknowledge(viewer, disk, { by: 'ann', forMs: 60 * MINUTE });
  await harness.idle();
  await pass(60 * MINUTE);
  expect(await stepsTo(0)).toEqual([]);
  await pass(10 * MINUTE);
  expect(await stepsTo(0)).toEqual(['user:bob']);
  await harness.services.resolveAlert(viewer, disk, 'ann');
  await pass(60 * MINUTE);
  expect(await stepsTo(0)).toEqual([]);
  expect(harness.submitted.filter(({ notification }) => notification.origin?.ref.endsWith('/step'))).toHaveLength(1);
});

test.each([
  ['is told of its end where a crash hid that it was sent', [77], ['ops', 'user:bob', 'ops', 'user:bob']],
  ['is not told of an end where it was not sent', undefined, ['ops', 'user:bob', 'ops']],
] as const)('whom a step was taken back from %s', async (_, shown, expected) => {
  const [disk] = await fire(harness, ['Disk']);
  if (disk === undefined) throw new Error('one was taken');
  await pass(30 * SECOND);
  await pass(10 * MINUTE);
  const [first, step] = harness.submitted;
  if (first === undefined || step === undefined) throw new Error('two were told');
  await harness.settle(first);
  await harness.services.resolveAlert(viewer, disk, 'ann');
  expect(await harness.isTakenBack(step)).toBe(true);
  if (shown !== undefined) harness.keyed.set(12, shown);
  const settled = harness.settle(step, 'cancelled');
  await harness.idle();
  const wanted: string[] = [];
  for (const one of harness.submitted) if (one === step || !(await harness.isTakenBack(one))) wanted.push(one.to);
  expect(wanted).toEqual(expected);
  await settled;
});

test('of a thousand acknowledgements at -1 ms, 0 and +1 ms of a step none is followed by a step', {
  timeout: 600_000,
}, async (context) => {
  const random = createRandom(5);
  const counts = { before: 0, at: 0, after: 0 };
  for (let round = 0; round < 1000; round += 1) {
    const from = harness.submitted.length;
    const [alert] = await fire(harness, [`Disk${round}`]);
    if (alert === undefined) throw new Error('one was taken');
    await pass(30 * SECOND);
    const offset = (round % 3) - 1;
    const acknowledge = () => harness.services.acknowledge(viewer, alert, { by: 'ann', forMs: 600 * MINUTE });
    if (offset <= 0) {
      vi.advanceTimersByTime(10 * MINUTE + offset);
      // At the moment itself the step is under way, and the acknowledgement comes in any of its turns.
      const turns = offset === 0 ? random.below(6) : 0;
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await acknowledge();
      const known = harness.submitted.length;
      counts[offset < 0 ? 'before' : 'at'] += 1;
      await pass(2 * MINUTE);
      // What the queue had by then it takes back; nothing comes after.
      expect(await stepsTo(from)).toEqual([]);
      expect(harness.submitted.slice(known).every(({ id }) => !id.endsWith('-step'))).toBe(true);
    } else {
      await pass(10 * MINUTE);
      expect(await stepsTo(from)).toEqual(['user:bob']);
      await pass(1);
      await acknowledge();
      counts.after += 1;
      await pass(2 * MINUTE);
      expect(await stepsTo(from)).toEqual([]);
    }
    await pass(30 * MINUTE);
    expect(await stepsTo(from)).toEqual([]);
    await harness.services.resolveAlert(viewer, alert, 'ann');
    await pass(MINUTE);
  }
  tell(context, 'Acknowledgements around a step', { test: 'escalation', ...counts, 'steps after one': 0 });
});
