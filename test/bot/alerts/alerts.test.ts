import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { startAlerts } from './support/harness.ts';
import { ANN } from './support/make.ts';

const viewer = { account: ANN, trusted: false };
const bob = { account: { user: 'bob', uid: 1002 }, trusted: false };
const root = { account: { user: 'root', uid: 0 }, trusted: true };

async function openAlerts() {
  const dir = await temporaryFolder();
  let now = 1_000_000;
  const open = async () => (await startAlerts({ dir, now: () => now })).services;
  const advance = (ms: number) => {
    now += ms;
  };
  return { open, advance };
}

const posted = (name: string) => ({ labels: { alertname: name }, annotations: {} });

test('alerts are there after a restart, with what people did', async () => {
  const { open, advance } = await openAlerts();
  const services = await open();
  const [disk, load] = await services.takeAlerts(ANN, [posted('Disk'), posted('Load')], { source: 'socket' });
  if (disk === undefined || load === undefined) throw new Error('two were taken');
  expect([disk.state, load.state]).toEqual(['firing', 'firing']);
  advance(5);
  await services.acknowledge(viewer, disk, { by: 'ann', forMs: 1000, comment: 'looking' });
  await services.silence(viewer, load, { by: 'ann', forMs: 1000 });
  const next = await open();
  const { alerts, total } = await next.alerts(viewer, {});
  expect(total).toBe(2);
  const found = (name: string) => alerts.find(({ labels }) => labels.alertname === name);
  expect(found('Disk')).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'ann', comment: 'looking' } });
  expect(found('Load')).toMatchObject({ state: 'silenced', silence: { by: 'ann' } });
  advance(1000);
  expect((await next.alerts(viewer, { state: 'firing' })).total).toBe(2);
  await next.resolveAlert(viewer, disk, 'ann');
  await expect(next.acknowledge(viewer, disk, { by: 'ann' })).rejects.toMatchObject({ code: 'not_firing' });
  expect((await next.alert(viewer, disk)).comments.map(({ text }) => text)).toEqual(['looking', 'Resolved by hand.']);
});

test('who has nothing to do with an alert cannot see or change it', async () => {
  const { open } = await openAlerts();
  const services = await open();
  const [disk] = await services.takeAlerts(ANN, [posted('Disk')], { source: 'socket' });
  if (disk === undefined) throw new Error('one was taken');
  expect((await services.alerts(bob, {})).total).toBe(0);
  await expect(services.alert(bob, disk)).rejects.toMatchObject({ code: 'unknown_alert' });
  await expect(services.silence(bob, disk, { by: 'bob', forMs: 5 })).rejects.toMatchObject({ code: 'unknown_alert' });
  expect(await services.comment(root, disk, { by: 'root', text: 'seen' })).toMatchObject({
    comments: [{ by: 'root' }],
  });
  await services.takeAlerts(bob.account, [posted('Disk')], { source: 'socket' });
  expect((await services.alert(bob, disk)).comments).toEqual([]);
  expect((await services.alert(root, { ...disk, owner: 'ann' })).comments).toHaveLength(1);
});

test('a list comes in pages, those that changed last first', async () => {
  const { open, advance } = await openAlerts();
  const services = await open();
  for (let n = 0; n < 5; n += 1) {
    await services.takeAlerts(ANN, [posted(`A${n}`), posted(`B${n}`)], { source: 'socket' });
    advance(1);
  }
  const names: string[] = [];
  let before: string | undefined;
  do {
    const page = await services.alerts(viewer, { limit: 3, ...(before !== undefined && { before }) });
    names.push(...page.alerts.map(({ labels }) => labels.alertname ?? ''));
    before = page.next;
  } while (before !== undefined);
  expect(names.map((name) => name[1]).join('')).toBe('4433221100');
  expect(new Set(names).size).toBe(10);
  await expect(services.alerts(viewer, { before: 'x' })).rejects.toMatchObject({ code: 'bad_field' });
});

test('an account that is not trusted has a bound, and the rest of its batch is taken', async () => {
  const { open } = await openAlerts();
  const services = await open();
  for (let batch = 0; batch < 20; batch += 1) {
    const thousand = Array.from({ length: 1000 }, (_, n) => posted(`${batch}/${n}`));
    await services.takeAlerts(ANN, thousand, { source: 'socket' });
  }
  const more = services.takeAlerts(ANN, [posted('0/1'), posted('new')], { source: 'socket' });
  await expect(more).rejects.toMatchObject({
    code: 'too_many_alerts',
    message: expect.stringMatching(/^Some alerts were not taken: ann may have 20000 /),
  });
  expect(await services.takeAlerts(ANN, [posted('new')], { source: 'socket', isOwnerTrusted: true })).toHaveLength(1);
  expect(await services.takeAlerts(bob.account, [posted('new')], { source: 'socket' })).toHaveLength(1);
});

test('two alerts with the same fingerprint are not merged, and the rest of the batch is taken', async () => {
  const { open } = await openAlerts();
  const services = await open();
  // A collision of FNV-1a of 64 bits.
  const withLabel = (value: string) => ({ labels: { _: value, alertname: 'Disk' }, annotations: {} });
  const [first, second] = [withLabel('ypfajYg2lsv'), withLabel('KiqbryhzUpn')];
  const [taken] = await services.takeAlerts(ANN, [first], { source: 'socket' });
  const batch = services.takeAlerts(ANN, [{ ...second, endsAt: 1 }, posted('Load'), second], { source: 'socket' });
  await expect(batch).rejects.toMatchObject({
    code: 'bad_field',
    message: expect.stringMatching(`^labels: .* the same fingerprint ${taken?.fingerprint}\\.`),
  });
  const { alerts } = await services.alerts(viewer, { state: 'firing' });
  expect(alerts.map(({ labels }) => labels)).toEqual(expect.arrayContaining([first.labels, { alertname: 'Load' }]));
  expect(alerts).toHaveLength(2);
  expect(await services.takeAlerts(ANN, [first], { source: 'socket' })).toEqual([taken]);
  expect(await services.takeAlerts(bob.account, [second], { source: 'socket' })).toEqual([taken]);
});
