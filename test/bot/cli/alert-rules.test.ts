/** `notify-bot alerts check`, `alerts test` and `rotation` as people run them. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { bundledProgram, settingsFor } from './program.ts';

const program = bundledProgram();
const EXAMPLE = 'examples/alerts.yaml';

/** Runs a command with the rules of the example in a folder of its own, in the time zone of Berlin. */
async function stage(text?: string) {
  const folder = await temporaryFolder();
  const rules = join(folder, 'alerts.yaml');
  if (text === undefined) await copyFile(EXAMPLE, rules);
  else await writeFile(rules, text);
  const settings = { NOTIFY_ALERTS_FILE: rules, NOTIFY_SOCKET: join(folder, 'none.sock'), TZ: 'Europe/Berlin' };
  return {
    rules,
    run: (...args: string[]) => program.run(['alerts', ...args], settings),
    async alert(value: unknown) {
      const file = join(folder, 'alert.json');
      await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
      return file;
    },
  };
}

const INCIDENT = {
  labels: { alertname: 'Breach', category: 'security', severity: 'critical', host: 'db_1' },
  annotations: { summary: 'Login from *abroad*', action_required: 'Call alice', link: 'https://example.org/i/7' },
};

describe('notify-bot alerts check', () => {
  test('counts what the rules hold', async () => {
    const { run, rules } = await stage();
    const counts = '5 routes, 6 alerts, 1 escalation, 1 rotation, 2 times, 1 template';
    expect(await run('check')).toEqual({ status: 0, out: `${rules} has no mistakes: ${counts}.\n`, err: '' });
    expect(await run('check', EXAMPLE)).toMatchObject({ status: 0 });
  });

  test('names every mistake with its line', async () => {
    const { run, rules } = await stage('routes:\n  - when: "a = 1"\n  - too: ops\n');
    const { status, out, err } = await run('check');
    expect([status, out]).toEqual([1, '']);
    expect(err).toBe(
      `notify-bot: ${rules} line 2: routes[0].when: it is not CEL: Unexpected character: =. Write == to compare.\n` +
        `notify-bot: ${rules} line 3: routes[1]: there is no key "too"; did you mean to?\n`,
    );
    expect(JSON.parse((await run('check', '--json')).out)).toMatchObject({
      ok: false,
      file: rules,
      mistakes: [
        { line: 2, key: 'routes[0].when', reason: 'it is not CEL: Unexpected character: =. Write == to compare.' },
        { line: 3, key: 'routes[1]' },
      ],
    });
  });

  test('says where there is no file', async () => {
    const settings = { NOTIFY_ALERTS_FILE: '/nonexistent/alerts.yaml' };
    expect(await program.run(['alerts', 'check'], settings)).toEqual({
      status: 0,
      out: '/nonexistent/alerts.yaml does not exist: every alert goes to the account that posted it.\n',
      err: '',
    });
    expect(await program.run(['alerts', 'check', '/nonexistent/x.yaml'], settings)).toMatchObject({
      status: 1,
      err: 'notify-bot: /nonexistent/x.yaml does not exist.\n',
    });
    expect(await program.run(['alerts', 'check', '/etc'], settings)).toMatchObject({
      status: 1,
      err: "notify-bot: /etc can't be read (EISDIR).\n",
    });
  });
});

describe('notify-bot alerts test', () => {
  test('shows route, destinations, times, steps and text', async () => {
    const { run, alert } = await stage();
    const { status, out, err } = await run('test', await alert(INCIDENT), '--at', '2026-03-28T23:00:00Z');
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(`Route security
  to          security_alerts, compliance_alerts
  group       alertname="Breach"
  sent        2026-03-29 00:00:30
  mutes       none
  sound       yes, also when the destination is muted or quiet
  repeats     every 4h until acknowledged or resolved
  escalation  oncall
    +0m  2026-03-29 00:00:30  ops
    +10m  2026-03-29 00:10:30  rotation:primary → user:bob
    +25m  2026-03-29 00:25:30  %leads
  text        (template security_incident)
    🚨 Security incident: Login from *abroad*

    Severity: critical

    Action required: Call alice

    View Details
`);
  });

  test('shows schedules and times that hold a message back, over a change of the clock', async () => {
    const { run, alert } = await stage();
    const json = async (value: unknown, at: string) =>
      JSON.parse((await run('test', await alert([value]), '--at', at, '--json')).out).routes[0];
    expect(await json({ labels: { alertname: 'x', severity: 'page' } }, '2026-01-01T00:00:00Z')).toMatchObject({
      severity: 'critical',
    });
    // The night in which Berlin sets its clocks forward: maintenance would last from 2 to 4.
    const disk = { labels: { alertname: 'DiskFull', host: 'db_1' } };
    expect(await json(disk, '2026-03-29T00:59:00Z')).toMatchObject({
      told_at: '2026-03-29T00:59:30.000Z',
      mutes: [],
    });
    expect(await json(disk, '2026-03-29T01:00:00Z')).toMatchObject({
      route: 'disks',
      to: ['ops/disks'],
      group: { alertname: 'DiskFull', host: 'db_1' },
      told_at: '2026-03-29T02:00:00.000Z',
      mutes: [{ time: 'maintenance', is: 'within', until: '2026-03-29T02:00:00.000Z' }],
    });
    expect(await json({ labels: { alert: 'evidence_deadline' } }, '2026-10-24T12:00:00+02:00')).toMatchObject({
      route: 'alert:evidence_deadline',
      told_at: '2026-10-25T08:00:00.000Z',
      schedule: '0 9 * * * Europe/Berlin',
      mutes: [],
      severity: 'medium',
    });
    const text = (await run('test', await alert(disk), '--at', '2026-03-29T01:00:00Z')).out;
    expect(text).toContain(
      '  sent        2026-03-29 04:00:00\n  mutes       within maintenance until 2026-03-29 04:00:00\n',
    );
    expect(await json({ labels: { job: 'postgres-1' } }, '2026-07-04T12:00:00Z')).toMatchObject({
      to: [expect.stringMatching(/^rotation:primary → user:(alice|bob)$/), '%dba', '@db_news'],
      told_at: '2026-07-06T06:00:00.000Z',
      mutes: [{ time: 'office', is: 'outside', until: '2026-07-06T06:00:00.000Z' }],
    });
  });

  test('knows who posts, and where nobody is told', async () => {
    const { run, alert } = await stage();
    const file = await alert({ labels: { alertname: 'x' } });
    expect((await run('test', file, '--owner', 'alice', '--source', 'script')).out).toMatch(
      /^Route own\n {2}to {10}owner\n/,
    );
    expect((await run('test', await alert({ labels: { alert: 'old_probe' } }))).out).toBe(
      'No notifications: the entry of this alert sets enabled: false.\n',
    );
  });

  test.each([
    ['{', [], 1, /alert\.json is not JSON\.\n$/],
    ['[]', [], 1, /alert\.json: one alert is needed\.\n$/],
    [{ labels: {} }, [], 1, /alert\.json: alerts\[0\]\.labels: expected at least one/],
    [INCIDENT, ['--at', 'noon'], 1, /--at: "noon" is not a time such as 2026-01-30T18:00:00\+01:00\.\n$/],
    [INCIDENT, ['--file', '/nonexistent'], 1, /\/nonexistent does not exist\.\n$/],
    [INCIDENT, ['--colour'], 2, /there is no option --colour\./],
  ])('refuses %j %j', async (value, options, status, err) => {
    const { run, alert } = await stage();
    const ended = await run('test', await alert(value), ...options);
    expect(ended).toEqual({ status, out: '', err: expect.stringMatching(err) });
  });

  test('refuses wrong rules', async () => {
    const { run, alert, rules } = await stage('routes: 5');
    expect(await run('test', await alert(INCIDENT))).toEqual({
      status: 1,
      out: '',
      err: `notify-bot: ${rules} line 1: routes: found 5; a list is needed.\n`,
    });
  });
});

describe('a running service', () => {
  test('says what it does not know, and lets somebody stand in', async () => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const rules = join(folder, 'alerts.yaml');
    const text =
      'defaults: {to: [ops, user:bin]}\nrotations: {primary: {people: [root, bin], handover: "0 9 * * 1"}}\n';
    await writeFile(rules, text);
    const settings = await settingsFor(sandbox, { NOTIFY_ALERTS_FILE: rules, TZ: 'UTC' });
    await program.serve(settings);
    const run = (...args: string[]) => program.run(args, settings);

    const unlinked = (user: string) => `notify-bot: ${user} is not linked to a Telegram chat.\n`;
    expect((await run('alerts', 'check')).err).toBe(
      `notify-bot: there is no destination ops yet: see \`notify-runner destination add\`.\n${unlinked('bin')}${unlinked('root')}`,
    );
    expect((await run('rotation', 'list')).out).toMatch(/^ROTATION {2}ON CALL {2}UNTIL +THEN\nprimary {3}(root|bin) /);

    const stand = await run('rotation', 'override', 'primary', 'daemon', '--until', '2h');
    expect(stand).toMatchObject({ status: 0, out: expect.stringMatching(/^primary: daemon is on call until 20/) });
    expect(stand.err).toContain(
      'notify-bot: primary: daemon is not linked to a Telegram chat, so no message reaches them.\n',
    );
    expect((await run('rotation', 'show', 'primary')).out).toMatch(/^ {2}override {3}20.* {2}daemon \(by \w+\)$/m);
    const file = join(folder, 'alert.json');
    await writeFile(file, JSON.stringify({ labels: { alertname: 'x' } }));
    await writeFile(rules, text.replace('ops, user:bin', 'rotation:primary'));
    expect((await run('alerts', 'test', file)).out).toContain('  to          rotation:primary → user:daemon\n');
    expect(JSON.parse((await run('rotation', 'clear', 'primary', '--json')).out)).toMatchObject({ overrides: [] });

    const wrong = await run('rotation', 'override', 'primry', 'daemon', '--until', '2h');
    expect(wrong).toEqual({
      status: 1,
      out: '',
      err: 'notify-bot: There is no rotation primry; did you mean primary?\n',
    });
    expect((await run('rotation', 'show', 'x')).err).toBe(
      'notify-bot: There is no rotation x; the rules have primary.\n',
    );
    expect((await run('rotation', 'override', 'primary', 'daemon')).err).toContain(
      "required option '--until <time>' not specified",
    );
  });

  test('reads the rules again when it is told to', async () => {
    const sandbox = await startSandbox();
    const rules = join(await temporaryFolder(), 'alerts.yaml');
    const settings = await settingsFor(sandbox, { NOTIFY_ALERTS_FILE: rules });
    const service = await program.serve(settings);
    await writeFile(rules, 'rotations: {night: {people: [root], handover: "@daily"}}');
    service.kill('SIGHUP');
    await expect.poll(async () => (await program.run(['rotation', 'list'], settings)).out).toContain('night');
    await writeFile(rules, 'rotations: {night: {people: [root]}}');
    service.kill('SIGHUP');
    await expect
      .poll(service.printed)
      .toContain(`The rules of alerts stay as they were: ${rules} line 1: rotations.night`);
    expect((await program.run(['rotation', 'list'], settings)).out).toContain('night');
  });
});
