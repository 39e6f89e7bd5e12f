import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { call, startSandbox } from '../../support/bot/sandbox-client.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Update {
  readonly update_id: number;
  readonly message?: { readonly text: string };
}

async function getUpdates(sandbox: Awaited<ReturnType<typeof startSandbox>>, body: object = {}): Promise<Update[]> {
  return (await call(sandbox, 'getUpdates', body)).result as Update[];
}

const texts = (updates: readonly Update[]) => updates.map(({ message }) => message?.text);

describe('updates', () => {
  test('are repeated until a higher offset confirms them', async () => {
    const sandbox = await startSandbox();
    const [first, second] = [sandbox.say(7, 'a'), sandbox.say(7, 'b')];
    expect(texts(await getUpdates(sandbox))).toEqual(['a', 'b']);
    expect(texts(await getUpdates(sandbox, { offset: first }))).toEqual(['a', 'b']);
    expect(texts(await getUpdates(sandbox, { offset: second }))).toEqual(['b']);
    expect(await getUpdates(sandbox, { offset: second + 1 })).toEqual([]);
    expect(sandbox.pendingUpdates).toBe(0);
  });

  test('are limited to the requested number', async () => {
    const sandbox = await startSandbox();
    for (const text of ['a', 'b', 'c']) sandbox.say(7, text);
    expect(texts(await getUpdates(sandbox, { limit: 2 }))).toEqual(['a', 'b']);
  });

  test('before a negative offset are dropped', async () => {
    const sandbox = await startSandbox();
    for (const text of ['a', 'b', 'c']) sandbox.say(7, text);
    expect(texts(await getUpdates(sandbox, { offset: -1 }))).toEqual(['c']);
    expect(texts(await getUpdates(sandbox))).toEqual(['c']);
  });

  test('are kept for a day', async () => {
    let now = 1_000_000;
    const sandbox = await startSandbox({ now: () => now });
    sandbox.say(7, 'old');
    now += 23 * 3_600_000;
    sandbox.say(7, 'new');
    expect(texts(await getUpdates(sandbox))).toEqual(['old', 'new']);
    now += 3_600_001;
    expect(texts(await getUpdates(sandbox))).toEqual(['new']);
  });

  test('of kinds that the bot excludes are dropped', async () => {
    const sandbox = await startSandbox();
    sandbox.push({ chat_member: {} });
    await getUpdates(sandbox, { allowed_updates: ['callback_query'] });
    sandbox.say(7, 'dropped');
    sandbox.push({ callback_query: {} });
    expect(await getUpdates(sandbox)).toMatchObject([{ callback_query: {} }]);
  });

  test('end a waiting poll immediately', async () => {
    const sandbox = await startSandbox();
    const poll = getUpdates(sandbox, { timeout: 50 });
    while (sandbox.calls.list.length < 1) await call(sandbox, 'getMe');
    sandbox.say(7, 'hello');
    expect(texts(await poll)).toEqual(['hello']);
  });

  test('that never arrive let a poll time out', async () => {
    const sandbox = await startSandbox();
    const before = performance.now();
    expect(await getUpdates(sandbox, { timeout: 1 })).toEqual([]);
    expect(performance.now() - before).toBeGreaterThan(900);
  });

  test('are dropped with the webhook on request', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, 'a');
    expect((await call(sandbox, 'getWebhookInfo')).result).toMatchObject({ url: '', pending_update_count: 1 });
    await call(sandbox, 'deleteWebhook');
    expect(sandbox.pendingUpdates).toBe(1);
    await call(sandbox, 'deleteWebhook', { drop_pending_updates: true });
    expect(sandbox.pendingUpdates).toBe(0);
  });

  test('are confirmed by an offset up to 10 above the next id, not by one in the future', async () => {
    const sandbox = await startSandbox();
    sandbox.drawFirstId(500);
    sandbox.say(7, 'a');
    expect(texts(await getUpdates(sandbox, { offset: 512 }))).toEqual(['a']);
    expect(sandbox.pendingUpdates).toBe(1);
    expect(texts(await getUpdates(sandbox, { offset: 511 }))).toEqual([]);
    expect(sandbox.pendingUpdates).toBe(0);
  });

  test('do not reach polls while a webhook is set', async () => {
    const sandbox = await startSandbox({ conflictDelay: 0 });
    const waiting = call(sandbox, 'getUpdates', { timeout: 50 });
    while (sandbox.calls.list.length < 1) await call(sandbox, 'getMe');
    expect(await call(sandbox, 'setWebhook', { url: 'http://plain.example/' })).toMatchObject({ error_code: 400 });
    await call(sandbox, 'setWebhook', { url: 'https://hook.example/x' });
    expect(await waiting).toMatchObject({ error_code: 409, description: expect.stringContaining('setWebhook') });
    expect(await call(sandbox, 'getUpdates')).toMatchObject({
      error_code: 409,
      description: expect.stringContaining('while webhook is active'),
    });
    expect((await call(sandbox, 'getWebhookInfo')).result).toMatchObject({ url: 'https://hook.example/x' });
    await call(sandbox, 'deleteWebhook');
    expect(await call(sandbox, 'getUpdates')).toMatchObject({ ok: true });
  });

  test('of users’ texts contain command and address entities', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, '/start abc https://example.com/x.');
    const [update] = await getUpdates(sandbox);
    expect(update?.message).toMatchObject({
      chat: { id: 7, type: 'private' },
      from: { id: 7, is_bot: false },
      entities: [
        { type: 'bot_command', offset: 0, length: 6 },
        { type: 'url', offset: 11, length: 21 },
      ],
    });
  });
});

describe('two concurrent polls', () => {
  test('end the earlier one with 409', async () => {
    const sandbox = await startSandbox();
    const earlier = call(sandbox, 'getUpdates', { timeout: 50 });
    await call(sandbox, 'getMe');
    const later = call(sandbox, 'getUpdates', { timeout: 50 });
    // The one that arrived first loses.
    const lost = await Promise.race([earlier, later]);
    expect(lost).toEqual({
      status: 409,
      ok: false,
      error_code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    sandbox.say(7, 'hello');
    const both = await Promise.all([earlier, later]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('do not interrupt each other more often than the delay', async () => {
    const sandbox = await startSandbox({ conflictDelay: 600 });
    const polls = [0, 1, 2].map(() => call(sandbox, 'getUpdates', { timeout: 50 }));
    const times: number[] = [];
    for (const poll of polls) void poll.then(({ status }) => status === 409 && times.push(performance.now()));
    while (times.length < 2) await call(sandbox, 'getMe');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
    sandbox.say(7, 'hello');
    await Promise.all(polls);
  });

  test('do not conflict if the earlier one has disconnected', async () => {
    const sandbox = await startSandbox();
    const url = `${sandbox.url}/bot${sandbox.token}/getUpdates?timeout=50`;
    // Once more where it hung up before it had arrived.
    await waitFor(async () => {
      const gone = new AbortController();
      const hung = fetch(url, { signal: gone.signal }).catch(() => 'gone');
      await sleep(100);
      gone.abort();
      expect(await hung).toBe('gone');
      return (sandbox.calls.counts.getUpdates ?? 0) > 0;
    });
    const poll = call(sandbox, 'getUpdates', { timeout: 50 });
    await call(sandbox, 'getMe');
    sandbox.say(7, 'hello');
    expect((await poll).status).toBe(200);
  });
});
