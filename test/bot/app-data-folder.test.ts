/** The data folder of a disk that is mounted late, over another folder, or not at all. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { startSandbox } from '../support/bot/sandbox-client.ts';
import { canMount } from '../support/files/full-disk.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundledProgram, settingsFor } from './cli/program.ts';

const program = bundledProgram();
const CHAT = 5;

async function running(stateDir: string): Promise<RunningBot> {
  const bot = await startBot({ links: { ben: CHAT }, settings: { stateDir } });
  onTestFinished(() => bot.stop());
  return bot;
}
const health = async ({ client }: RunningBot) =>
  (await client.request('GET', '/health')).body as { readonly status?: string };

describe('while the service runs', () => {
  const away = (dataDir: string) => `${dataDir}.away`;
  test.each<[string, boolean, (dataDir: string) => Promise<void>, (dataDir: string) => Promise<void>]>([
    [
      'another folder has its place',
      true,
      async (dataDir) => {
        await rename(dataDir, away(dataDir));
        await mkdir(dataDir);
      },
      async (dataDir) => {
        await rm(dataDir, { recursive: true });
        await rename(away(dataDir), dataDir);
      },
    ],
    ['it is gone', true, (dataDir) => rename(dataDir, away(dataDir)), (dataDir) => rename(away(dataDir), dataDir)],
    [
      'a disk is mounted over it',
      canMount(),
      async (dataDir) => void execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', dataDir]),
      async (dataDir) => void execFileSync('umount', [dataDir]),
    ],
  ])('and %s, nothing is accepted, and what waits is kept', async (_what, isPossible, take, giveBack) => {
    if (!isPossible) return;
    const bot = await running(await temporaryFolder());
    const { dataDir, sandbox } = bot;
    bot.people.add('ana');
    sandbox.fail({ method: 'sendMessage', answer: { error_code: 500, description: 'Internal Server Error' } });
    const kept = await bot.send({ user: 'ben', text: 'waits', wait: 0 });
    expect(kept.status).toBe(202);
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again')));
    await take(dataDir);
    try {
      const refused = { status: 503, body: { code: 'storage', error: expect.stringContaining(dataDir) } };
      expect(await bot.send({ user: 'ben', text: 'x' })).toMatchObject(refused);
      expect(await bot.client.request('GET', '/status?user=ben')).toMatchObject(refused);
      expect(await bot.client.request('POST', '/link', { user: 'ana' })).toMatchObject(refused);
      const beat = { user: 'ben', name: 'backup', every: '1d' };
      expect(await bot.client.request('POST', '/beat', beat)).toMatchObject(refused);
      expect(await bot.client.request('POST', '/settings', { user: 'ana', digest: '15m' })).toMatchObject(refused);
      expect(await health(bot)).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining(dataDir)] });
      expect((await bot.ask(CHAT, '/status')).text).toMatch(/^That did not work just now/);
      // The worker looks at what waits meanwhile.
      await waitFor(() => bot.logged.some((line) => line.includes('A delivery could not be handled')), 30_000);
      expect(await readdir(dataDir).catch(() => [])).toEqual([]);
    } finally {
      await giveBack(dataDir);
    }
    await waitFor(async () => (await health(bot)).status === 'ok');
    await waitFor(() => sandbox.messages(CHAT).some(({ text }) => text === 'waits'), 60_000);
    expect(sandbox.messages(CHAT).filter(({ text }) => text === 'waits')).toHaveLength(1);
  });
});

describe('at the start', () => {
  const EMPTY = { code: 'data_dir', message: expect.stringMatching(/is empty, and the service has stored its data/) };

  test('a folder that was in use and is empty is no first start', async () => {
    const stateDir = await temporaryFolder();
    const bot = await running(stateDir);
    const { dataDir } = bot;
    const { id } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8'));
    expect(JSON.parse(await readFile(join(stateDir, 'data-folders.json'), 'utf8'))).toMatchObject({
      [dataDir]: { id },
    });
    await bot.app.stop();
    await rename(dataDir, `${dataDir}.away`);
    for (const prepare of [() => mkdir(dataDir), () => rm(dataDir, { recursive: true })]) {
      await prepare();
      await expect(bot.another().start()).rejects.toMatchObject(EMPTY);
      expect(await readdir(dataDir).catch(() => [])).toEqual([]);
    }
    // The disk is mounted.
    await rename(`${dataDir}.away`, dataDir);
    await bot.restart();
    expect((await bot.send({ user: 'ben', text: 'x' })).status).toBe(200);
  });

  test('a backup without the marker, another folder, and one without memory are taken as they are', async () => {
    const stateDir = await temporaryFolder();
    const bot = await running(stateDir);
    const { dataDir } = bot;
    await bot.app.stop();
    await rm(join(dataDir, 'instance.json'));
    await bot.restart();
    expect((await bot.send({ user: 'ben', text: 'x' })).status).toBe(200);
    await bot.app.stop();
    const other = bot.another({ dataDir: `${dataDir}.other` });
    await other.start();
    await other.stop();
    await rm(dataDir, { recursive: true });
    await expect(bot.another().start()).rejects.toMatchObject(EMPTY);
    await rm(join(stateDir, 'data-folders.json'));
    await bot.restart();
  });

  test('the program names the folder, writes nothing into it, and starts once its disk is there', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox, { STATE_DIRECTORY: await temporaryFolder() });
    const dataDir = settings.NOTIFY_DATA_DIR ?? '';
    const first = await program.serve(settings);
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    await rename(dataDir, `${dataDir}.away`);
    await mkdir(dataDir, { mode: 0o750 });
    const failed = await program.run([], settings);
    expect(failed).toMatchObject({ status: 1, err: expect.stringContaining(`${dataDir} is empty`) });
    expect(await readdir(dataDir)).toEqual([]);
    const doctor = await program.run(['doctor'], settings);
    expect(doctor.out).toMatch(new RegExp(`✗ data +NOTIFY_DATA_DIR: ${dataDir} is empty`));
    expect(await program.run(['links'], settings)).toMatchObject({
      status: 1,
      err: expect.stringContaining('is empty'),
    });
    await rm(dataDir, { recursive: true });
    await rename(`${dataDir}.away`, dataDir);
    await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify({ ben: { chat_id: CHAT } }));
    await program.serve(settings);
    expect((await program.run(['links'], settings)).out).toContain('ben');
  });
});
