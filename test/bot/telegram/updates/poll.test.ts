import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Update } from 'grammy/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramClient } from '../../../../src/bot/telegram/client.ts';
import type { SkipReason } from '../../../../src/bot/telegram/updates/consumer.ts';
import { createDistributor } from '../../../../src/bot/telegram/updates/distributor.ts';
import { createPoll, type Poll } from '../../../../src/bot/telegram/updates/poll.ts';
import { createPollStatus, type PollState } from '../../../../src/bot/telegram/updates/poll-status.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { createUpdateLog } from '../../../../src/storage/files/update-log.ts';
import { startSandbox } from '../../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { http, rawServer } from '../../../support/network/raw-server.ts';
import { waitFor } from '../../../support/wait-for.ts';

interface Running {
  readonly poll: Poll;
  readonly state: () => PollState;
  readonly handled: Update[];
  readonly skipped: Update[];
  readonly reasons: SkipReason[];
  readonly logged: string[];
}

interface Options {
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  readonly handle?: (update: Update) => Promise<void>;
}

function receive({ url, token, folder, handle }: Options): Running {
  const client = createTelegramClient(token, { address: { root: url }, connections: 2, onCall: () => {} });
  const handled: Update[] = [];
  const skipped: Update[] = [];
  const reasons: SkipReason[] = [];
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)]);
  const status = createPollStatus(
    log,
    () => Date.now(),
    () => performance.now(),
  );
  const consumer = {
    name: 'chat',
    async handle(update: Update) {
      handled.push(update);
      await handle?.(update);
    },
    async skip(update: Update, why: SkipReason) {
      skipped.push(update);
      reasons.push(why);
    },
  };
  const updateLog = createUpdateLog<Update>(folder);
  const distributor = createDistributor({ consumers: [consumer], updateLog, log });
  const stopping = new AbortController();
  const poll = createPoll({
    api: client.api,
    distributor,
    status,
    identified: (me) => distributor.open(me),
    online: () => {},
    stopping: stopping.signal,
    clock: () => performance.now(),
    log,
  });
  poll.run();
  onTestFinished(async () => {
    stopping.abort();
    await poll.stop(100);
    // Acknowledgements are stored in the background; the folder must not be removed under them.
    await updateLog.flush().catch(() => {});
    await client.close();
  });
  return { poll, state: status.read, handled, skipped, reasons, logged };
}

const textsOf = (updates: readonly Update[]) => updates.map((update) => update.message?.text);
const ME = http('{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"N","username":"n_bot"}}');
const YES = http('{"ok":true,"result":true}');

/** A Telegram that knows the bot and answers polls as a test wants. */
const pollServer = (poll: (n: number) => string | undefined) => {
  let polls = 0;
  return rawServer((socket, head) => {
    if (/\/getMe /.test(head)) socket.write(ME);
    else if (/\/getUpdates /.test(head)) {
      polls += 1;
      const answer = poll(polls);
      if (answer !== undefined) socket.write(answer);
    } else socket.write(YES);
  });
};

describe('receiving', () => {
  test('handles updates in the order of their chat, confirms them, and says who the bot is', async () => {
    const sandbox = await startSandbox();
    const { state, handled } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    for (const text of ['a', 'b', 'c']) sandbox.say(5, text);
    await waitFor(() => handled.length === 3 && sandbox.pendingUpdates === 0);
    expect(textsOf(handled)).toEqual(['a', 'b', 'c']);
    expect(state()).toMatchObject({ me: { username: sandbox.username } });
    expect(state().problem).toBeUndefined();
  });

  test('is not held up by a chat that takes long', async () => {
    const sandbox = await startSandbox();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { handled } = receive({
      ...sandbox,
      url: sandbox.url,
      folder: await temporaryFolder(),
      handle: async (update) => {
        if (update.message?.chat.id === 5) await gate;
      },
    });
    sandbox.say(5, 'slow');
    sandbox.say(5, 'behind it');
    await waitFor(() => handled.length === 1);
    sandbox.say(6, 'quick');
    await waitFor(() => sandbox.pendingUpdates === 0);
    expect(textsOf(handled)).toEqual(['slow', 'quick']);
    open();
    await waitFor(() => handled.length === 3);
  });

  test('goes on after an update that throws', async () => {
    const sandbox = await startSandbox();
    const { handled, logged } = receive({
      ...sandbox,
      url: sandbox.url,
      folder: await temporaryFolder(),
      handle: async (update) => {
        if (update.message?.text === 'bad') throw new TypeError('cannot read x of undefined');
      },
    });
    sandbox.say(5, 'bad');
    sandbox.say(5, 'good');
    await waitFor(() => handled.length === 2);
    expect(logged.join('')).toMatch(/"update_id":1.*cannot read x of undefined/);
  });

  test('goes on with what a crash left, before what is new, each once', async () => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const left = { update_id: 1, message: { message_id: 1, date: 1, chat: { id: 5, type: 'private' }, text: 'left' } };
    const bot_id = Number(sandbox.token.split(':')[0]);
    await writeFile(join(folder, 'updates.json'), JSON.stringify({ bot_id, updates: [{ update: left, tries: 1 }] }));
    // Number 1, which Telegram has not seen confirmed, is the same update.
    sandbox.say(5, 'left');
    sandbox.say(5, 'new');
    const { handled } = receive({ ...sandbox, url: sandbox.url, folder });
    await waitFor(() => handled.length === 2 && sandbox.pendingUpdates === 0);
    expect(textsOf(handled)).toEqual(['left', 'new']);
  });

  test.each<[string, number, number]>([
    ['a lower', 700_000_000, 117_314_199],
    ['a higher', 117_314_199, 700_000_000],
  ])('follows Telegram to %s first id, each update once, and again after a restart', async (_which, first, second) => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const { poll, handled } = receive({ ...sandbox, url: sandbox.url, folder });
    sandbox.drawFirstId(first);
    sandbox.say(5, 'before');
    await waitFor(() => handled.length === 1 && sandbox.pendingUpdates === 0);
    sandbox.drawFirstId(second);
    const after = Array.from({ length: 250 }, (_, n) => `after ${n}`);
    for (const [n, text] of after.entries()) sandbox.say(6 + n, text);
    await waitFor(() => handled.length === 251 && sandbox.pendingUpdates === 0);
    expect(new Set(textsOf(handled))).toEqual(new Set(['before', ...after]));
    await poll.stop(1000);
    const again = receive({ ...sandbox, url: sandbox.url, folder });
    sandbox.say(5, 'new');
    await waitFor(() => again.handled.length > 0);
    expect(textsOf(again.handled)).toEqual(['new']);
  });

  test('skips what ended the service three times', async () => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const update = { update_id: 900, message: { chat: { id: 5 }, text: 'deadly' } };
    const bot_id = Number(sandbox.token.split(':')[0]);
    await writeFile(join(folder, 'updates.json'), JSON.stringify({ bot_id, updates: [{ update, tries: 3 }] }));
    const { handled, skipped, reasons, logged } = receive({ ...sandbox, url: sandbox.url, folder });
    await waitFor(() => skipped.length === 1);
    expect(reasons).toEqual(['interrupted']);
    expect(handled).toEqual([]);
    expect(logged.join('')).toContain('"update_id":900');
    await waitFor(async () => JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8')).updates.length === 0);
  });

  test('of a chat that floods takes a hundred, says so once, and serves the others', async () => {
    const sandbox = await startSandbox();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const folder = await temporaryFolder();
    const running = receive({
      ...sandbox,
      url: sandbox.url,
      folder,
      handle: async ({ message }) => (message?.chat.id === 5 ? gate : undefined),
    });
    const { handled, skipped, reasons, logged } = running;
    for (let n = 0; n < 150; n += 1) sandbox.say(5, `flood ${n}`);
    sandbox.say(6, 'calm');
    await waitFor(() => handled.some(({ message }) => message?.text === 'calm'));
    await waitFor(() => sandbox.pendingUpdates === 0);
    const stored = async () => JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8')).updates;
    await waitFor(async () => (await stored()).length === 101);
    open();
    await waitFor(() => skipped.length === 1);
    sandbox.say(5, 'later');
    await waitFor(() => handled.some(({ message }) => message?.text === 'later'));
    expect(handled).toHaveLength(102);
    expect([textsOf(skipped), reasons]).toEqual([['flood 100'], ['flood']]);
    expect(logged.filter((line) => line.includes('more than is answered'))).toHaveLength(1);
  });

  /** A consumer that is done with nothing but the calm chat's updates until `open` is called. */
  async function heldUp() {
    const sandbox = await startSandbox();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const folder = await temporaryFolder();
    const handle = async ({ message }: Update) => (message?.chat.id === 6 ? undefined : gate);
    const { handled } = receive({ ...sandbox, url: sandbox.url, folder, handle });
    const file = join(folder, 'updates.json');
    const stored = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{"updates":[]}')).updates.length;
    return { sandbox, open, handled, stored };
  }

  test('of many chats that flood takes few of each, and serves the others', async () => {
    const { sandbox, open, handled, stored } = await heldUp();
    for (let n = 0; n < 30; n += 1) for (let chat = 100; chat < 150; chat += 1) sandbox.say(chat, `flood ${n}`);
    sandbox.say(6, 'calm');
    await waitFor(() => handled.some(({ message }) => message?.text === 'calm'));
    expect(await stored()).toBeLessThan(500);
    open();
    await waitFor(async () => (await stored()) === 0);
  });

  test('of very many chats leaves the rest with Telegram until there is room, and loses none', async () => {
    const { sandbox, open, handled, stored } = await heldUp();
    for (let chat = 1001; chat <= 1800; chat += 1) sandbox.say(chat, 'hello');
    await waitFor(async () => (await stored()) >= 500);
    expect(await stored()).toBeLessThanOrEqual(600);
    expect(sandbox.pendingUpdates).toBeGreaterThanOrEqual(200);
    open();
    await waitFor(() => handled.length === 800);
  });

  test('on a disk that takes nothing confirms only what is done', async () => {
    const sandbox = await startSandbox();
    const folder = join(await temporaryFolder(), 'data');
    await mkdir(folder);
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { handled, logged } = receive({ ...sandbox, url: sandbox.url, folder, handle: () => gate });
    await waitFor(() => sandbox.calls.counts.deleteWebhook === 1);
    await rm(folder, { recursive: true });
    sandbox.say(5, 'x');
    await waitFor(
      () => handled.length === 1 && logged.some((line) => line.includes('waiting for the updates under way')),
    );
    expect(sandbox.pendingUpdates).toBe(1);
    open();
    await waitFor(() => sandbox.pendingUpdates === 0);
  });
});

describe('stopping', () => {
  test('ends a waiting poll at once and confirms what was done', async () => {
    const sandbox = await startSandbox();
    const { poll, handled } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    sandbox.say(5, 'x');
    await waitFor(() => handled.length === 1);
    const began = performance.now();
    await poll.stop(60_000);
    // Telegram holds a poll for 30 s.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(sandbox.pendingUpdates).toBe(0);
  });

  test('waits for updates in progress until its deadline, and keeps them for the next start', async () => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const { poll, handled } = receive({
      ...sandbox,
      url: sandbox.url,
      folder,
      handle: () => new Promise(() => {}),
    });
    sandbox.say(5, 'never ends');
    await waitFor(() => handled.length === 1);
    await poll.stop(100);
    const again = receive({ ...sandbox, url: sandbox.url, folder });
    await waitFor(() => again.handled.length === 1);
    expect(textsOf(again.handled)).toEqual(['never ends']);
  });
});

describe('a server that makes no sense', () => {
  test.each<[string, string]>([
    ['true', '{"ok":true,"result":true}'],
    ['null', '{"ok":true,"result":null}'],
    ['nameless', '{"ok":true,"result":{"id":1}}'],
    ['numberless', '{"ok":true,"result":{"username":"x"}}'],
  ])('that says the bot is %s is not believed', async (_what, body) => {
    const server = await rawServer((socket) => socket.write(http(body)));
    const { state } = receive({ url: server.url, token: '1:x', folder: await temporaryFolder() });
    const { problem } = await waitFor(() => state().problem && state());
    expect(problem?.sentence).toMatch(/^Telegram is away: .*\.$/);
    expect(state().me).toBeUndefined();
  });

  test.each<[string, string]>([
    ['true', 'true'],
    ['null', 'null'],
    ['an object', '{"update_id":4}'],
    ['a list of anything', '[1,"two",null,{}]'],
    ['numbers that are none', '[{"update_id":"4"}]'],
    ['numbers beyond all', '[{"update_id":1e308},{"update_id":-1},{"update_id":0.5}]'],
  ])('that answers polls with %s is asked again with growing patience', async (_what, result) => {
    const server = await pollServer(() => http(`{"ok":true,"result":${result}}`));
    const { state, handled } = receive({ url: server.url, token: '1:x', folder: await temporaryFolder() });
    await waitFor(() => state().problem);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.requests.filter((line) => line.includes('getUpdates')).length).toBeLessThan(4);
    expect(handled).toEqual([]);
  });

  test.each<[string, string]>([
    ['nothing, at once', '[]'],
    ['the same update, whatever was confirmed', '[{"update_id":4,"message":{"chat":{"id":1},"text":"x"}}]'],
  ])('that answers polls with %s is not asked without a pause', async (_what, result) => {
    const server = await pollServer(() => http(`{"ok":true,"result":${result}}`));
    const { handled } = receive({ url: server.url, token: '1:x', folder: await temporaryFolder() });
    await waitFor(() => server.requests.some((line) => line.includes('getUpdates')));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(server.requests.filter((line) => line.includes('getUpdates')).length).toBeLessThan(8);
    expect(handled.length).toBeLessThanOrEqual(1);
  });

  test('that sends one update for ever is reported', async () => {
    const server = await pollServer(() =>
      http('{"ok":true,"result":[{"update_id":4,"message":{"chat":{"id":1},"text":"x"}}]}'),
    );
    const { state } = receive({ url: server.url, token: '1:x', folder: await temporaryFolder() });
    const { problem } = await waitFor(() => state().problem && state(), 30_000);
    expect(problem?.sentence).toContain('it sends updates again that were confirmed');
  });

  test('that mixes sense and nonsense in one list is served for the sense', async () => {
    const list =
      '[null,{"update_id":1e308,"message":{"chat":{"id":1},"text":"giant"}},{"update_id":4,"message":{"chat":{"id":1},"text":"good"}},"x",{"update_id":5,"odd":[]}]';
    const server = await pollServer((n) => (n === 1 ? http(`{"ok":true,"result":${list}}`) : undefined));
    const { handled } = receive({ url: server.url, token: '1:x', folder: await temporaryFolder() });
    await waitFor(() => handled.length === 2);
    expect(handled.map(({ update_id }) => update_id)).toEqual([4, 5]);
  });

  test('that fails and comes back is noticed at once, by a poll that is not held', async () => {
    const sandbox = await startSandbox();
    const { state, logged } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    await waitFor(() => state().lastPoll);
    sandbox.fail({ method: 'getUpdates', answer: 'garbage', times: 2 });
    sandbox.say(5, 'ends the poll');
    await waitFor(() => state().problem);
    await waitFor(() => state().problem === undefined);
    expect(logged.filter((line) => line.includes('Telegram answers again'))).toHaveLength(1);
  });
});

describe('a webhook that another program sets', () => {
  test('is removed with no update lost, and its host is named without its path', async () => {
    const sandbox = await startSandbox();
    const { state, handled, logged } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    await waitFor(() => state().lastPoll);
    sandbox.setWebhook('https://n8n.example:8443/webhook/123:SECRET');
    sandbox.say(5, 'meanwhile');
    await waitFor(() => handled.length === 1);
    expect(textsOf(handled)).toEqual(['meanwhile']);
    await waitFor(() => state().problem === undefined);
    expect(logged.join('')).toContain('a webhook at n8n.example:8443 for this bot; it was removed');
    expect(logged.join('')).not.toContain('SECRET');
  });

  test('again and again is left to a person, with advice that names its host', async () => {
    const sandbox = await startSandbox({ conflictDelay: 0 });
    const { state, logged } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    await waitFor(() => state().lastPoll);
    const removals = () => logged.filter((line) => line.includes('it was removed')).length;
    for (let n = 1; n <= 5; n += 1) {
      sandbox.setWebhook('https://other.example/hook');
      await waitFor(() => removals() === n);
      await waitFor(() => state().problem === undefined);
    }
    sandbox.setWebhook('https://other.example/hook');
    const { problem } = await waitFor(() => state().problem && state());
    expect(problem).toMatchObject({ kind: 'webhook', sentence: expect.stringContaining('other.example') });
    expect(problem?.sentence).toContain('keeps setting a webhook');
    expect(removals()).toBe(5);
  });

  test('is not blamed for another poll', async () => {
    const sandbox = await startSandbox();
    const { state } = receive({ ...sandbox, url: sandbox.url, folder: await temporaryFolder() });
    await waitFor(() => state().lastPoll);
    const other = fetch(`${sandbox.url}/bot${sandbox.token}/getUpdates?timeout=10`);
    const { problem } = await waitFor(() => state().problem && state());
    expect(problem?.kind).toBe('conflict');
    sandbox.say(5, 'ends the other poll');
    await (await other).json();
  });
});
