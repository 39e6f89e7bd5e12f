import { expect, test } from 'vitest';
import { createMachine } from '../../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../../support/runner/scripted-bot.ts';

const UNSET = { timezone: null, quiet: null, digest: null, zone: 'UTC', quiet_until: null, held: 0, summary_at: null };
const OWN = {
  timezone: 'Europe/Berlin',
  quiet: '22:00-07:00 mon-fri',
  digest: '15m',
  zone: 'Europe/Berlin',
  quiet_until: '2126-02-01T06:00:00.000Z',
  held: 3,
  summary_at: '2126-02-01T06:00:00.000Z',
};

async function machineWith(settings: object) {
  const machine = createMachine();
  const bot = await startScriptedBot(machine.socketPath, answering(200, { ok: true, user: 'ana', ...settings }));
  return { machine, bot };
}

test('notify-runner settings shows what is set', async () => {
  const { machine } = await machineWith(UNSET);
  expect((await machine.runner(['settings'])).out).toBe(
    'timezone  not set; the server’s is UTC\nquiet     off\ndigest    off\n',
  );
});

test('and what is held back, in the person’s zone', async () => {
  const { machine } = await machineWith(OWN);
  expect((await machine.runner(['settings'])).out).toBe(
    [
      'timezone  Europe/Berlin',
      'quiet     22:00-07:00 mon-fri',
      'digest    15m',
      'Quiet until Fri 07:00.',
      '3 held back; the summary comes at Fri 07:00.',
      '',
    ].join('\n'),
  );
  expect((await machine.runner(['settings', 'quiet'])).out).toBe('22:00-07:00 mon-fri\n');
  expect(JSON.parse((await machine.runner(['settings', '--json'])).out)).toMatchObject(OWN);
});

test('a value may have several words', async () => {
  const { machine, bot } = await machineWith(OWN);
  const { status, out } = await machine.runner(['settings', 'quiet', '22:00-07:00', 'mon-fri']);
  expect([status, out.split('\n')[1]]).toEqual([0, 'quiet     22:00-07:00 mon-fri']);
  expect(bot.asked.at(-1)).toMatchObject({ path: '/settings', body: { quiet: '22:00-07:00 mon-fri' } });
  await machine.runner(['settings', 'digest', 'off']);
  expect(bot.asked.at(-1)).toMatchObject({ body: { digest: 'off' } });
});

test('a setting that does not exist is a wrong usage', async () => {
  const { machine } = await machineWith(OWN);
  const { status, err } = await machine.runner(['settings', 'theme', 'dark']);
  expect(status).toBe(2);
  expect(err).toContain('timezone, quiet, digest');
});
