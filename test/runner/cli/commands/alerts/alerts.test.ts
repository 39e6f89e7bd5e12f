import { userInfo } from 'node:os';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../../../../support/bot/running-bot.ts';
import { createMachine, type Machine } from '../../../../support/runner/machine.ts';

const me = userInfo().username;

let bot: RunningBot;
let machine: Machine;
beforeEach(async () => {
  const own = await startBot();
  onTestFinished(() => own.stop());
  bot = own;
  machine = createMachine({ socketPath: bot.settings.socketPath });
});

const post = async (...alerts: readonly object[]) => {
  const { body } = await bot.client.request('POST', '/alerts', alerts);
  return (body as { alerts: { fingerprint: string }[] }).alerts.map(({ fingerprint }) => fingerprint);
};
const run = (...args: readonly string[]) => machine.runner(args);
const full = (host: string) => ({ labels: { alertname: 'DiskFull', host } });

describe('notify-runner alerts', () => {
  test('lists what is open, in a table, as JSON, and as names', async () => {
    expect(await run('alerts')).toEqual({ status: 0, out: 'No alert is open.\n', err: '' });
    const [db1 = '', db2 = ''] = await post(full('db1'), full('db2'));
    const { out } = await run('alerts');
    expect(out).toMatch(/^STATE {3}ALERT {5}LABELS {4}FOR +BY +FINGERPRINT\n/);
    expect(out).toContain(`host=db1`);
    expect(out).toContain(db2);
    expect(JSON.parse((await run('alerts', '--json')).out)).toMatchObject([{ owner: me }, { owner: me }]);
    expect((await run('alerts', '--names')).out.split('\n').sort()).toEqual(['', 'DiskFull', db1, db2].sort());
    expect((await run('alerts', '--state', 'resolved')).out).toBe('No alert is resolved.\n');
    const wrong = await run('alerts', '--state', 'burning');
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('firing, acknowledged, silenced, resolved')]);
  });

  test('change one by its name or the first digits of its fingerprint', async () => {
    const [fingerprint = ''] = await post(full('db1'));
    const acked = await run('ack', 'DiskFull', '--for', '8h', '--comment', 'new disk tomorrow');
    expect(acked).toEqual({ status: 0, out: 'DiskFull (host=db1) is acknowledged for 8h.\n', err: '' });
    expect((await run('alerts')).out).toMatch(new RegExp(`acknowledged .* ${me}, 8h left`));
    expect((await run('unack', fingerprint.slice(0, 6))).out).toBe('DiskFull (host=db1) is firing.\n');
    expect((await run('silence', fingerprint, '--for', '1h')).out).toBe('DiskFull (host=db1) is silenced for 1h.\n');
    expect((await run('silence', fingerprint, '--for', '0')).out).toBe('DiskFull (host=db1) is not silenced.\n');
    const resolved = await run('resolve', 'DiskFull', '--json');
    expect(JSON.parse(resolved.out)).toMatchObject({ fingerprint, state: 'resolved' });
    expect((await run('alerts')).out).toBe('No alert is open.\n');
    expect(await run('ack', fingerprint)).toMatchObject({
      status: 1,
      err: expect.stringContaining('already resolved'),
    });
  });

  test('name what they do not find, or find several times, and what is wrong', async () => {
    await post(full('db1'), full('db2'));
    const several = await run('ack', 'DiskFull');
    expect([several.status, several.err]).toEqual([
      2,
      expect.stringMatching(/"DiskFull" matches 2 alerts; name one of [0-9a-f]{16} \(host=db[12]\), /),
    ]);
    expect(await run('resolve', 'diskfull')).toMatchObject({
      status: 1,
      err: 'notify-runner: No open alert is called "diskfull". Did you mean DiskFull?\n',
    });
    expect(await run('ack', '0123456789abcdef', '--json')).toMatchObject({
      status: 1,
      out: expect.stringContaining('"code":"unknown_alert"'),
    });
    expect(await run('ack', (await post(full('db3')))[0] ?? '', '--for', 'soon')).toMatchObject({
      status: 1,
      err: expect.stringContaining('for: expected a duration such as 30m, 6h or 1d'),
    });
    expect(await run('silence', 'DiskFull')).toMatchObject({ status: 2, err: expect.stringContaining("'--for") });
    expect(await run('ack')).toMatchObject({ status: 2 });
  });

  test('follow a script from firing to resolved', async () => {
    const says = (state: string) => `#!/bin/sh\necho '{"state": "${state}", "key": "root", "title": "Disk full"}'\n`;
    machine.write('disk.sh', says('firing'));
    await run('run', 'disk');
    expect(JSON.parse((await run('alerts', '--json')).out)).toMatchObject([
      { labels: { alertname: 'disk', key: 'root' }, annotations: { title: 'Disk full' }, source: 'script' },
    ]);
    expect((await run('ack', 'root')).out).toBe('disk (key=root) is acknowledged for 4h.\n');
    machine.write('disk.sh', says('resolved'));
    expect((await run('run', 'disk')).out).toMatch(/^· disk\.sh: no alert/);
    expect((await run('alerts')).out).toBe('No alert is open.\n');
  });
});

test('the commands say so when the bot is away', async () => {
  const alone = createMachine();
  for (const args of [['alerts'], ['ack', 'x']]) {
    expect(await alone.runner(args)).toMatchObject({ status: 1, err: expect.stringContaining('Nothing listens on') });
  }
});
