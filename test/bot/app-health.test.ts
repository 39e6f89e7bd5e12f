import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { type RunningBot, type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

type AtTheEnd = TestContext['onTestFinished'];

async function started(atTheEnd: AtTheEnd, options: RunningBotOptions = {}): Promise<RunningBot> {
  const bot = await startBot(options);
  atTheEnd(() => bot.stop());
  return bot;
}

interface HealthAnswer {
  readonly status: number;
  readonly body: { status: string; reasons?: string[]; [field: string]: unknown };
}
const health = async (bot: RunningBot) => (await bot.client.request('GET', '/health')) as HealthAnswer;
const reasonOf = (bot: RunningBot, wanted: RegExp) =>
  waitFor(async () => (await health(bot)).body.reasons?.find((reason) => wanted.test(reason)));
const well = (bot: RunningBot) => waitFor(async () => (await health(bot)).status === 200, 30_000);

describe.concurrent('GET /health', () => {
  test('says ok, with the bot, what waits, links, uptime and the last poll', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, eve: 2 } });
    await bot.ask(1, '/help');
    const { status, body } = await health(bot);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, status: 'ok', queued: 0, links: 2, bot: 'notify_sandbox_bot' });
    expect(body.uptime_s).toBeGreaterThanOrEqual(0);
    expect(Date.parse(String(body.last_poll_at))).toBeGreaterThan(Date.now() - 60_000);
    expect(body.reasons).toBeUndefined();
  });

  test('stands in the line for systemctl status, first, with every reason', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await well(bot);
    expect(bot.app.statusLine()).toMatch(/^1 linked · 0 queued · /);
    await writeFile(join(bot.dataDir, 'mutes.json'), '{');
    const { body } = await health(bot);
    expect(body).toMatchObject({ problems: [{ area: 'files', reason: body.reasons?.[0] }] });
    expect(bot.app.statusLine()).toMatch(/^Degraded: \S+mutes\.json cannot be read: .* · 1 linked · 0 queued · /);
    expect(bot.app.statusLine()).not.toContain('\n');
  });

  test('a refused token is named at once, and forgotten when it is good again', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished);
    await waitFor(() => bot.sandbox.calls.counts.getUpdates !== undefined || bot.sandbox.commands.length > 0);
    bot.sandbox.revokeToken();
    bot.sandbox.say(5, 'ends the poll');
    const reason = await reasonOf(bot, /TELEGRAM_BOT_TOKEN/);
    expect(reason).toMatch(/^Telegram refuses the bot token: .*\.$/);
    expect((await health(bot)).body).toMatchObject({ status: 'degraded', code: 'degraded' });
    expect(bot.logged.filter((line) => line.includes('refuses the bot token'))).toHaveLength(1);
    bot.sandbox.restoreToken();
    await well(bot);
    expect(bot.logged.some((line) => line.includes('Telegram answers again'))).toBe(true);
  });

  test('a token refused from the start does not keep the service from accepting', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, {
      links: { ben: 1 },
      people: ['ben'],
      settings: { token: '999:wrong-token' },
    });
    await reasonOf(bot, /TELEGRAM_BOT_TOKEN/);
    expect((await bot.send({ user: 'ben', text: 'x', wait: 0 })).status).toBe(202);
    expect(await bot.client.request('POST', '/link', { user: 'ben' })).toMatchObject({
      status: 503,
      body: { code: 'telegram_unknown' },
    });
  });

  test('a second poller is named in plain words, and forgotten when it is gone', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished);
    await bot.ask(1, '/help');
    const other = `${bot.sandbox.url}/bot${bot.sandbox.token}/getUpdates?timeout=20&offset=-1`;
    const gone = new AbortController();
    const polling = (async () => {
      while (!gone.signal.aborted) await fetch(other, { signal: gone.signal }).catch(() => {});
    })();
    expect(await reasonOf(bot, /Another program/)).toMatch(/receives this bot’s updates: stop it/);
    gone.abort();
    await polling;
    await well(bot);
  });

  test('a broken telegram_users.json is named from the start, never overwritten, and others keep working', async ({
    onTestFinished,
  }) => {
    const broken = '{"ben": {"chat_id": 1}, oops';
    const bot = await started(onTestFinished, {
      beforeStart: async (dataDir) => {
        await mkdir(dataDir, { recursive: true });
        await writeFile(join(dataDir, 'telegram_users.json'), broken);
      },
    });
    const path = join(bot.dataDir, 'telegram_users.json');
    const { status, body } = await health(bot);
    expect(status).toBe(503);
    expect(body.reasons?.join()).toContain('telegram_users.json');
    const refused = await bot.send({ user: 'ben', text: 'x' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'links_unreadable' } });
    expect((refused.body as { error: string }).error).toMatch(/telegram_users\.json.*\.$/);
    expect((await bot.client.request('POST', '/unlink', { user: 'ben' })).status).toBe(503);
    const code = /\b\d{6}\b/.exec((await bot.ask(1, '/help')).text ?? '');
    expect(code).toBeNull();
    expect(await readFile(path, 'utf8')).toBe(broken);
    expect((await bot.client.request('GET', '/metrics')).status).toBe(200);

    await writeFile(path, '{"ben": {"chat_id": 1}}');
    expect((await health(bot)).status).toBe(200);
    expect((await bot.send({ user: 'ben', text: 'works again' })).status).toBe(200);
  });

  test('a file that breaks while the service runs keeps its last links in use', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await bot.send({ user: 'ben', text: 'before' });
    const path = join(bot.dataDir, 'telegram_users.json');
    await writeFile(path, 'nonsense');
    expect((await bot.send({ user: 'ben', text: 'still here' })).status).toBe(200);
    expect((await health(bot)).body.reasons?.join()).toContain('telegram_users.json');
    expect(await readFile(path, 'utf8')).toBe('nonsense');
  });

  test('one entry that makes no sense is named and passed over', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, {
      beforeStart: async (dataDir) => {
        await mkdir(dataDir, { recursive: true });
        await writeFile(join(dataDir, 'telegram_users.json'), '{"ben": {"chat_id": 1}, "eve": {"chat_id": "two"}}');
      },
    });
    expect((await health(bot)).body.reasons?.join()).toMatch(/eve\.chat_id is a string/);
    expect((await bot.send({ user: 'ben', text: 'fine' })).status).toBe(200);
    expect((await bot.send({ user: 'eve', text: 'not' })).status).toBe(404);
  });

  test.for(['pending_codes.json', 'link_tokens.json', 'mutes.json'])(
    'a broken %s is named and left alone',
    async (name, { onTestFinished }) => {
      const bot = await started(onTestFinished, {
        links: { ben: 1 },
        beforeStart: (dataDir) => writeFile(join(dataDir, name), '[1, 2'),
      });
      expect((await health(bot)).body.reasons?.join()).toContain(name);
      expect((await bot.send({ user: 'ben', text: 'not held up' })).status).toBe(200);
      expect(await readFile(join(bot.dataDir, name), 'utf8')).toBe('[1, 2');
    },
  );

  test('an unreadable journal of updates is put aside and named; everything works', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, {
      links: { ben: 1 },
      beforeStart: (dataDir) => writeFile(join(dataDir, 'updates.json'), 'nonsense'),
    });
    expect((await bot.ask(1, '/help')).text).toContain('/mute');
    expect((await health(bot)).body.reasons?.join()).toMatch(/updates\.json\.corrupt-\d+ can't be read/);
    expect(bot.logged.join('')).toMatch(/updates\.json\.corrupt-\d+ can't be read/);
  });

  test('a token that is refused to senders is named while a poll is still held', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await bot.ask(1, '/help');
    const answer = { error_code: 401, description: 'Unauthorized' };
    bot.sandbox.fail({ method: 'sendMessage', answer, times: 9 });
    await bot.send({ user: 'ben', text: 'x', wait: 0 });
    await reasonOf(bot, /TELEGRAM_BOT_TOKEN/);
  });

  test('an unreadable file of the outbox is put aside and named; the others are sent', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, {
      links: { ben: 1 },
      beforeStart: async (dataDir) => {
        await mkdir(join(dataDir, 'outbox'));
        await writeFile(join(dataDir, 'outbox', '0abcdefghij-0123abcd.json'), '{"version":1,');
      },
    });
    expect((await health(bot)).body.reasons?.join()).toMatch(/1 unreadable file\(s\) lie in outbox\/corrupt\//);
    expect(await readFile(join(bot.dataDir, 'outbox', 'corrupt', '0abcdefghij-0123abcd.json'), 'utf8')).toBe(
      '{"version":1,',
    );
    expect((await bot.send({ user: 'ben', text: 'x' })).status).toBe(200);
  });

  test('a full outbox refuses with 503, is named, and takes again what fits', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 }, settings: { outboxMax: 2 } });
    await bot.sandbox.stop();
    for (const text of ['a', 'b']) expect((await bot.send({ user: 'ben', text, wait: 0 })).status).toBe(202);
    expect(await bot.send({ user: 'ben', text: 'c', wait: 0 })).toMatchObject({
      status: 503,
      body: { code: 'outbox_full' },
    });
    expect((await health(bot)).body.reasons?.join()).toMatch(/outbox is full: 2 messages wait/);
    await bot.sandbox.start();
    await bot.sandbox.waitFor((m) => m.text === 'b', 30_000);
    expect((await bot.send({ user: 'ben', text: 'd' })).status).toBe(200);
    expect(bot.sandbox.messages(1).map((m) => m.text)).toEqual(['a', 'b', 'd']);
  });
});

describe.concurrent('GET /metrics', () => {
  test('counts what was sent, failed, retried, muted and queued, and times the calls', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, team: -5, eve: 2 } });
    await bot.send({ user: 'ben', text: 'one' });
    await bot.send({ user: 'team', text: 'two' });
    bot.sandbox.fail({ method: 'sendMessage', answer: 'garbage' });
    await bot.send({ user: 'ben', text: 'three' });
    bot.sandbox.block(2);
    await bot.send({ user: 'eve', text: 'four' });
    await bot.ask(1, '/mute 1h');
    await bot.send({ user: 'ben', text: 'five' });
    const { body } = await bot.client.request('GET', '/metrics');
    const value = (line: string) =>
      Number(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(String(body))?.[1] ?? Number.NaN);
    expect(value('notify_bot_sent_total{chat="private"}')).toBe(2);
    expect(value('notify_bot_sent_total{chat="group"}')).toBe(1);
    expect(value('notify_bot_failed_total')).toBe(1);
    expect(value('notify_bot_retried_total')).toBe(1);
    expect(value('notify_bot_muted_total')).toBe(1);
    expect(value('notify_bot_queued')).toBe(0);
    expect(value('notify_bot_oldest_age_seconds')).toBe(0);
    expect(value('notify_bot_links')).toBe(3);
    expect(value('notify_bot_polls_total{result="ok"}')).toBeGreaterThan(0);
    expect(value('notify_bot_telegram_call_seconds_count{method="sendMessage",result="ok"}')).toBe(4);
    expect(value('notify_bot_telegram_call_seconds_count{method="sendMessage",result="garbage"}')).toBe(1);
    expect(value('notify_bot_telegram_call_seconds_count{method="sendMessage",result="refused"}')).toBe(1);
    expect(value('notify_bot_last_poll_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000 - 60);
    expect(String(body)).not.toContain(bot.sandbox.token);
  });

  test('the age of the oldest that waits grows', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await bot.sandbox.stop();
    await bot.send({ user: 'ben', text: 'waits', wait: 0 });
    const age = async () =>
      Number(
        /^notify_bot_oldest_age_seconds (\S+)$/m.exec(String((await bot.client.request('GET', '/metrics')).body))?.[1],
      );
    const first = await waitFor(async () => (await age()) || undefined);
    await waitFor(async () => (await age()) > first);
  });
});
