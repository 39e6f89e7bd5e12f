/** Alerts of the real Prometheus, Alertmanager and amtool, up to the message in the chat. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { tell } from '../support/reporters/figures.ts';
import { waitFor } from '../support/wait-for.ts';
import { addKey, alertsOf } from '../web/support/machine.ts';
import { type RunningWeb, startWeb } from '../web/support/running-web.ts';
import { amtool, startAlertmanager, startPrometheus, startRecorder, startTarget } from './support/prometheus.ts';

const CHAT = 700;
const GROUP_WAIT_MS = 1000;

/** A bot whose rules wait a second, a dashboard before it, and a key of anna's. */
async function startReceiver(): Promise<{ readonly web: RunningWeb; readonly key: string }> {
  const alertsFile = join(await temporaryFolder(), 'alerts.yaml');
  writeFileSync(alertsFile, 'defaults: {to: [owner], group_wait: 1s, group_interval: 1s}\n');
  const web = await startWeb({ bot: { settings: { alertsFile } } });
  onTestFinished(() => web.stop());
  await web.bot.link('anna', CHAT);
  return { web, key: (await addKey(web, { name: 'monitoring', owner: 'anna' })).key };
}

const messages = ({ bot }: RunningWeb) => bot.sandbox.messages(CHAT);
/** Waits for a message of the bot's that says so, as it stands now. */
const says = (web: RunningWeb, words: RegExp) =>
  waitFor(() => messages(web).find(({ text }) => text !== undefined && words.test(text)), 60_000);
const stateOf = async (web: RunningWeb, alertname: string) =>
  (await alertsOf(web, 'anna')).find(({ labels }) => labels.alertname === alertname)?.state;

test('Prometheus: a rule that fires and resolves is told in the chat, within a second of group_wait', async (context) => {
  const { web, key } = await startReceiver();
  const [target, recorder] = [await startTarget('test_burning'), await startRecorder(web.url)];
  const rules = `
groups:
  - name: test
    rules:
      - alert: Burning
        expr: test_burning > 0
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.host }} burns"}
`;
  await startPrometheus({ target: target.address, rules, alertmanager: recorder.address, key });
  const fires = web.bot.sandbox.waitFor(({ text }) => /db1 burns/.test(text ?? ''), 60_000);
  target.set(1);
  await fires;
  const told = performance.now();
  const firing = recorder.posts.find(({ body }) => body.includes('Burning'));
  expect(firing?.status).toBe(200);
  const took = told - (firing?.at ?? 0);
  tell(context, 'From the POST to the message', { source: 'Prometheus, group_wait 1 s', milliseconds: took });
  expect(took).toBeLessThan(GROUP_WAIT_MS + 10_000);
  expect(await stateOf(web, 'Burning')).toBe('firing');
  target.set(0);
  await waitFor(async () => (await stateOf(web, 'Burning')) === 'resolved', 60_000);
  await says(web, /✅[\s\S]*db1 burns/);
  expect(recorder.posts.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
});

test('Alertmanager: its webhook tells what fires and what is resolved', async () => {
  const { web, key } = await startReceiver();
  const alertmanager = await startAlertmanager(`${web.url}/hooks/alertmanager`, key);
  const add = (...more: readonly string[]) =>
    amtool(
      alertmanager,
      'alert',
      'add',
      'DiskFull',
      'host=db1',
      '--annotation=summary="The disk of db1 is full"',
      ...more,
    );
  expect(await add()).toMatchObject({ status: 0 });
  await says(web, /The disk of db1 is full/);
  expect((await alertsOf(web, 'anna'))[0]).toMatchObject({
    source: 'alertmanager',
    state: 'firing',
    labels: { alertname: 'DiskFull', host: 'db1' },
  });
  expect(await add(`--end=${new Date(Date.now() - 1000).toISOString()}`)).toMatchObject({ status: 0 });
  await waitFor(async () => (await stateOf(web, 'DiskFull')) === 'resolved', 60_000);
  await says(web, /✅[\s\S]*The disk of db1 is full/);
});

test('amtool: adds and ends an alert here, and shows why one is refused', async () => {
  const { web, key } = await startReceiver();
  const url = `http://x:${key}@${new URL(web.url).host}`;
  const add = (...more: readonly string[]) => amtool(url, 'alert', 'add', ...more);
  const summary = '--annotation=summary="Everything is slow"';
  expect(await add('Slow', 'host=db1', summary)).toMatchObject({ status: 0 });
  await says(web, /Everything is slow/);
  const [start, end] = [60_000, 1000].map((ms) => new Date(Date.now() - ms).toISOString());
  expect(await add('Slow', 'host=db1', summary, `--start=${start}`, `--end=${end}`)).toMatchObject({ status: 0 });
  await says(web, /✅[\s\S]*Everything is slow/);
  expect((await amtool(url, 'config', 'show')).out).toContain('notify-bot');
  const refused = await add('Slow', `host=${'x'.repeat(2000)}`);
  expect(refused.status).toBe(1);
  expect(refused.err).toContain('alerts[0].labels.host');
  expect((await amtool(url.replace(key, 'wrong'), 'alert', 'add', 'Slow')).status).toBe(1);
});
