import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { canMount, fullDisk } from '../support/files/full-disk.ts';
import { leaveStaleSocket } from '../support/network/stale-socket.ts';
import { waitFor } from '../support/wait-for.ts';

async function started(options: RunningBotOptions): Promise<RunningBot> {
  const bot = await startBot(options);
  onTestFinished(() => bot.stop());
  return bot;
}

const messagesOf = async (bot: RunningBot, user: string) =>
  ((await bot.client.request('GET', `/messages?user=${user}`)).body as { messages: { text: string; status: string }[] })
    .messages;

describe('a restart', () => {
  test('goes on with what waited, in order, and sends nothing twice', async () => {
    const bot = await started({ links: { ben: 1 } });
    await bot.send({ user: 'ben', text: '0' });
    await bot.sandbox.stop();
    for (const text of ['1', '2', '3']) await bot.send({ user: 'ben', text, wait: 0 });
    await bot.restart();
    await bot.send({ user: 'ben', text: '4', wait: 0 });
    await bot.sandbox.start();
    await bot.sandbox.waitFor((m) => m.text === '4', 30_000);
    expect(bot.sandbox.messages(1).map((m) => m.text)).toEqual(['0', '1', '2', '3', '4']);
  });

  test('remembers ids: what was sent and what waits is not sent again, another body is refused', async () => {
    const bot = await started({ links: { ben: 1 } });
    const sent = await bot.send({ user: 'ben', text: 'sent', id: 'a' });
    bot.sandbox.fail({ method: 'sendMessage', answer: 'garbage', times: 2 });
    await bot.send({ user: 'ben', text: 'waits', id: 'b', wait: 0 });
    await bot.restart();
    expect(await bot.send({ user: 'ben', text: 'sent', id: 'a' })).toEqual(sent);
    expect(await bot.send({ user: 'ben', text: 'other', id: 'a' })).toMatchObject({ status: 409 });
    expect(await bot.send({ user: 'ben', text: 'waits', id: 'b' })).toMatchObject({ status: 200, body: { id: 'b' } });
    expect(bot.sandbox.messages(1).map((m) => m.text)).toEqual(['sent', 'waits']);
  });

  test('keeps history, mutes and the socket’s place', async () => {
    const bot = await started({ links: { ben: 1 } });
    await bot.send({ user: 'ben', text: 'before' });
    await bot.ask(1, '/mute 1h');
    await bot.restart();
    expect(await bot.send({ user: 'ben', text: 'during' })).toMatchObject({ status: 200, body: { status: 'muted' } });
    expect((await messagesOf(bot, 'ben')).map(({ text, status }) => [text, status])).toEqual([
      ['during', 'muted'],
      ['before', 'sent'],
    ]);
  });

  test('a sender that waits while the service stops gets 202, and the socket is gone', async () => {
    const bot = await started({ links: { ben: 1 } });
    bot.sandbox.fail({ method: 'sendMessage', answer: 'garbage', times: 2 });
    const waiting = bot.send({ user: 'ben', text: 'x', wait: 30_000 });
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again')));
    await bot.app.stop();
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'queued' } });
    await expect(stat(bot.settings.socketPath)).rejects.toThrow('ENOENT');
    await expect(bot.send({ user: 'ben', text: 'y' })).rejects.toMatchObject({ code: 'no_service' });
  });

  test('handles an update that was taken and not answered before the stop', async () => {
    const bot = await started({ links: { ben: 1 } });
    await bot.ask(1, '/help');
    bot.sandbox.fail({
      method: 'sendMessage',
      answer: { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 30 } },
    });
    bot.sandbox.say(1, '/whoami');
    await waitFor(() => bot.sandbox.calls.tooMany === 1);
    await bot.restart();
    await bot.sandbox.waitFor((m) => (m.text ?? '').startsWith('You are ben'), 30_000);
  });
});

describe('a stop while Telegram hangs', () => {
  test('ends within ten seconds, and what was under way goes out after the next start', async () => {
    const bot = await started({ links: { ben: 1, eve: 2 } });
    await bot.ask(2, '/help');
    const always = Number.POSITIVE_INFINITY;
    bot.sandbox.fail({ method: 'sendMessage', answer: 'hang', times: always });
    const waiting = bot.send({ user: 'ben', text: 'kept', wait: 60_000 });
    bot.sandbox.say(2, '/whoami');
    const hangs = (chatId: number) =>
      bot.sandbox.calls.list.some((call) => call.chatId === chatId && call.status === 0);
    await waitFor(() => hangs(1) && hangs(2));
    bot.sandbox.fail({ answer: 'hang', times: always });
    const began = performance.now();
    await bot.app.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect((await readdir(join(bot.dataDir, 'outbox'))).filter((name) => name.endsWith('.json'))).toHaveLength(1);
    bot.sandbox.clearFaults();
    await bot.restart();
    await bot.sandbox.waitFor((m) => m.text === 'kept', 30_000);
    await bot.sandbox.waitFor((m) => (m.text ?? '').startsWith('You are eve'), 30_000);
  });
});

describe('a second service', () => {
  test('on the same data folder refuses to start and names the process', async () => {
    const bot = await started({});
    const second = bot.another({ socketPath: `${bot.settings.socketPath}2` });
    await expect(second.start()).rejects.toMatchObject({
      code: 'service_running',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect((await bot.client.request('GET', '/health')).status).toBe(200);
  });

  test('on the same socket refuses to start, gives its data folder back, and leaves the first alone', async () => {
    const bot = await started({ links: { ben: 1 } });
    const dataDir = `${bot.dataDir}2`;
    await expect(bot.another({ dataDir }).start()).rejects.toMatchObject({ code: 'service_running' });
    expect((await bot.send({ user: 'ben', text: 'x' })).status).toBe(200);
    const third = bot.another({ dataDir, socketPath: `${bot.settings.socketPath}3` });
    await third.start();
    await third.stop();
  });

  test('starts once the first is gone', async () => {
    const bot = await started({});
    await bot.app.stop();
    const second = bot.another();
    await second.start();
    await second.stop();
  });

  test('a data folder that cannot be made is named', async () => {
    const bot = await started({});
    const file = join(bot.dataDir, 'a-file');
    await writeFile(file, '');
    await expect(bot.another({ dataDir: join(file, 'data') }).start()).rejects.toMatchObject({
      code: 'data_dir',
      message: expect.stringMatching(/NOTIFY_DATA_DIR: .*a-file.*\.$/),
    });
  });

  test('a group that this host has not is named', async () => {
    const bot = await started({});
    const second = bot.another({
      dataDir: `${bot.dataDir}2`,
      socketPath: `${bot.settings.socketPath}2`,
      group: 'no_such_group',
    });
    await expect(second.start()).rejects.toThrow(/NOTIFY_GROUP: .*no_such_group/);
  });
});

describe('the data folder', () => {
  test('is 0750, its files are not for everybody, and the old place of the socket leads to the new one', async () => {
    const bot = await started({});
    await bot.link('ben', 1);
    await bot.send({ user: 'ben', text: 'x' });
    expect((await stat(bot.dataDir)).mode & 0o777).toBe(0o750);
    const entries = await readdir(bot.dataDir, { recursive: true, withFileTypes: true });
    const open = [];
    for (const entry of entries.filter((one) => one.isFile())) {
      // A temporary file may be gone by now.
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      if (found !== undefined && (found.mode & 0o007) !== 0) open.push(entry.name);
    }
    expect(open).toEqual([]);
    expect((await stat(join(bot.dataDir, 'bot.sock'))).isSocket()).toBe(true);
  });

  test('a socket that an older program left at the old place gives way to the link, one that answers stays', async () => {
    const bot = await started({});
    const dataDir = `${bot.dataDir}2`;
    const old = join(dataDir, 'bot.sock');
    await mkdir(dataDir);
    await leaveStaleSocket(old);
    const second = bot.another({ dataDir, socketPath: `${bot.settings.socketPath}2` });
    await second.start();
    expect((await lstat(old)).isSymbolicLink()).toBe(true);
    await second.stop();
    await rm(old);
    const other = createServer().listen(old);
    await once(other, 'listening');
    const third = bot.another({ dataDir, socketPath: `${bot.settings.socketPath}2` });
    await third.start();
    expect((await lstat(old)).isSocket()).toBe(true);
    await third.stop();
    other.close();
  });

  test.skipIf(!canMount())('on a full disk: 503 with a sentence, nothing half-written, and it recovers', async () => {
    const disk = fullDisk(1024);
    const dataDir = join(disk, 'data');
    await mkdir(dataDir);
    await chmod(dataDir, 0o750);
    const bot = await startBot({ links: { ben: 1 }, settings: { dataDir } });
    try {
      await bot.send({ user: 'ben', text: 'before' });
      const filler = join(disk, 'filler');
      await writeFile(filler, Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
      const names = async () => (await readdir(join(dataDir, 'outbox'), { recursive: true })).sort();
      // The worker removes what was sent a moment after the answer.
      const before = await waitFor(async () => {
        const found = await names();
        return !found.some((name) => name.endsWith('.json')) && found;
      });
      const refused = await bot.send({ user: 'ben', text: 'x'.repeat(8000), wait: 0 });
      expect(refused).toMatchObject({ status: 503, body: { code: 'storage' } });
      expect((refused.body as { error: string }).error).toMatch(/disk is full/);
      await expect.poll(names).toEqual(before);
      expect((await bot.client.request('GET', '/health')).body).toMatchObject({
        reasons: [expect.stringMatching(/disk is full/)],
      });
      // Commands that write nothing are still answered.
      expect((await bot.ask(1, '/whoami')).text).toContain('ben');
      expect((await bot.ask(9, '/start')).text).toMatch(/did not work just now/);
      await rm(filler);
      expect((await bot.send({ user: 'ben', text: 'after' })).status).toBe(200);
      expect((await bot.client.request('GET', '/health')).status).toBe(200);
      expect(JSON.parse(await readFile(join(dataDir, 'telegram_users.json'), 'utf8'))).toHaveProperty('ben');
      expect(bot.sandbox.messages(1).map((m) => m.text)).toContain('after');
    } finally {
      await bot.stop();
    }
  });
});
