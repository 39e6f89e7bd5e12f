import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BotIo } from '../../../../src/bot/cli/io.ts';
import { runProgram } from '../../../../src/bot/cli/program.ts';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot();
});
afterAll(() => bot.stop());

async function run(...args: readonly string[]) {
  const printed = { out: '', err: '' };
  const io: BotIo = {
    environment: { NOTIFY_SOCKET: bot.settings.socketPath },
    uid: process.getuid?.() ?? 0,
    runAs: () => Promise.reject(new Error('Nothing is run as another account.')),
    programDir: '/nowhere',
    out(text) {
      printed.out += text;
    },
    err(text) {
      printed.err += text;
    },
    terminal: false,
    stopRequested: new Promise(() => {}),
    settingsFile: '/nowhere',
    rerun: () => Promise.reject(new Error('Nothing is run again.')),
    onReload: () => {},
  };
  return { status: await runProgram(args, io), ...printed };
}

test('notify-bot alerts list shows everybody’s alerts', async () => {
  expect(await run('alerts', 'list')).toEqual({ status: 0, out: 'No alert is open.\n', err: '' });
  await bot.client.request('POST', '/alerts', [{ labels: { alertname: 'DiskFull', host: 'db1' } }]);
  expect(await run('alerts', 'list')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/firing +DiskFull +host=db1/),
  });
  expect((await run('alerts', 'list', '--state', 'silenced')).out).toBe('No alert is silenced.\n');
  expect(JSON.parse((await run('alerts', 'list', '--json')).out)).toMatchObject([
    { labels: { alertname: 'DiskFull' } },
  ]);
});

test('a wrong state is wrong usage', async () => {
  const { status, err } = await run('alerts', 'list', '--state', 'burning');
  expect([status, err]).toEqual([2, expect.stringContaining('--state: expected one of firing')]);
});

test('a service that is not there is named', async () => {
  const { stop } = bot;
  await stop();
  expect(await run('alerts', 'list')).toMatchObject({ status: 1, err: expect.stringContaining('Nothing listens on') });
  bot = await startBot();
});
