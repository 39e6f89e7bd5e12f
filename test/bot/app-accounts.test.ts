/** The service while the host's account service is away: nobody is taken for a stranger because of it. */
import { rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../../src/bot/api/callers/accounts.ts';
import { createPasswdFile } from '../../src/bot/api/callers/lookup/passwd-file.ts';
import { type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { REMOTE, type RemoteNames, remoteNames, whyNoNameService } from '../support/host/name-service.ts';
import { callAs, newFolder } from './api/support/running-api.ts';

const why = whyNoNameService();
const { user, uid, group, groupGid } = REMOTE;
/** The socket is the group's where the group is known at the start. */
const remote = { uid, gid: groupGid, hasAccount: false };
const CHAT = 77;

/** A bot whose accounts are looked up there; `pass` lets time pass for what it remembers of them. */
async function start(names: RemoteNames, options: RunningBotOptions = {}) {
  let passed = 0;
  const accounts = createAccounts({
    ...names,
    now: () => performance.now() + passed,
    passwd: createPasswdFile('/etc/passwd', names.nsswitch),
  });
  const folder = newFolder();
  const settings = { socketPath: join(folder, 'bot.sock'), ...options.settings };
  const bot = await startBot({ ...options, settings, accounts });
  onTestFinished(async () => {
    await bot.stop();
    rmSync(folder, { recursive: true });
  });
  const as = (method: string, path: string, body?: object) =>
    callAs(remote, bot.settings.socketPath, method, path, body);
  return { bot, as, pass: (ms: number) => (passed += ms) };
}
const MINUTES = 61_000;
const DAYS = 25 * 3_600_000;

describe.skipIf(why !== undefined)(`the account service (${why ?? 'as root'})`, () => {
  test('is away at the start: the service starts, waits for the group, and health says so', async () => {
    const names = remoteNames();
    names.takeAway();
    const { bot, as, pass } = await start(names, { settings: { group } });
    expect(await as('GET', '/status')).toMatchObject({ status: 503, body: { code: 'accounts_unavailable' } });
    const health = await bot.client.request('GET', '/health');
    expect(health.body).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining('extrausers')] });
    // Root and the service's own user need no group.
    expect((await bot.client.request('GET', '/status')).status).toBe(200);
    names.bringBack();
    pass(MINUTES);
    expect((await as('GET', '/status')).status).toBe(200);
    expect((await bot.client.request('GET', '/health')).body).toMatchObject({ status: 'ok' });
  });

  test('has not got the group yet: 503 and not "you are no member"', async () => {
    const { bot, as } = await start(remoteNames(), { settings: { group: 'nb_not_yet' } });
    expect(await as('GET', '/status')).toMatchObject({ status: 503, body: { code: 'unknown_group' } });
    const health = await bot.client.request('GET', '/health');
    expect(health.body).toMatchObject({ reasons: [expect.stringContaining('"nb_not_yet"')] });
  });

  test('goes away later: who called before is served for a day, others get 503', async () => {
    const names = remoteNames();
    const { bot, as, pass } = await start(names, { settings: { group } });
    expect((await as('GET', '/status')).status).toBe(200);
    names.takeAway();
    pass(MINUTES);
    for (let i = 0; i < 3; i += 1) expect((await as('GET', '/status')).body).toMatchObject({ user });
    const stranger = { ...remote, uid: uid + 1 };
    const refused = await callAs(stranger, bot.settings.socketPath, 'GET', '/status');
    expect(refused).toMatchObject({ status: 503, body: { code: 'accounts_unavailable' } });
    expect(await bot.send({ user: 'nb_elsewhere', text: 'hi' })).toMatchObject({ status: 503 });
    pass(DAYS);
    expect(await as('GET', '/status')).toMatchObject({ status: 503, body: { code: 'accounts_unavailable' } });
    names.bringBack();
    expect((await as('GET', '/status')).status).toBe(200);
    expect((await callAs(stranger, bot.settings.socketPath, 'GET', '/status')).body).toMatchObject({
      code: 'no_account',
    });
  });

  test('is away when a person writes: the chat is not told to link', async () => {
    const names = remoteNames();
    const { bot } = await start(names, { links: { [user]: CHAT, [userInfo().username]: CHAT + 1 } });
    names.takeAway();
    for (const text of ['/status', 'hello']) {
      const { text: answer } = await bot.ask(CHAT, text);
      expect(answer).toMatch(/^That did not work just now/);
    }
    names.bringBack();
    expect((await bot.ask(CHAT, 'hello')).text).toMatch(/don’t understand/);
  });
});
