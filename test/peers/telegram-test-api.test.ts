/** The main trips before a pretend Telegram that this project did not write; docs/testing.md says what it leaves out. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { bundledProgram } from '../bot/cli/program.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';
import { CHAT, linkedServer, me, type PeerServer, serverBefore } from './support/server.ts';
import { TOKEN } from './support/telegram-test-api.ts';

const program = bundledProgram();

const send = ({ client }: PeerServer, text: string, more: object = {}) =>
  client.request('POST', '/send', { text, ...more });
const textsOf = ({ peer }: PeerServer, words: RegExp) =>
  peer.messages(CHAT).flatMap(({ text }) => (words.test(text) ? [text] : []));
const outbox = async ({ machine }: PeerServer) =>
  (await readdir(join(machine.home, '../data/outbox'))).filter((name) => name.endsWith('.json'));

async function pollsOf({ client }: PeerServer): Promise<number> {
  const { body } = await client.request('GET', '/metrics');
  const counted = String(body).matchAll(/^notify_bot_polls_total\{.*\} (\d+)$/gm);
  return [...counted].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The answer for a message that could not be sent yet. */
function complaint({ client }: PeerServer): Promise<string> {
  return waitFor(async () => {
    const { body } = (await client.request('GET', '/messages')) as { body: { messages: { error?: string }[] } };
    return body.messages.find(({ error }) => error !== undefined)?.error;
  });
}

describe('linking', () => {
  test('by code: the chat asks, the runner proves who it is, the chat gets a confirmation', async () => {
    const server = await linkedServer(program);
    expect(server.peer.messages(CHAT).at(-1)?.text).toMatch(new RegExp(`^✅ Linked to ${me} on `));
    expect((await server.machine.runner(['status'])).out).toContain('Linked');
  });

  test('by deep link: the runner shows it, opening it links', async () => {
    const server = await serverBefore(program);
    await server.serve();
    const { out, status } = await server.machine.runner(['link', '--json']);
    expect(status).toBe(0);
    const { url } = JSON.parse(out) as { url: string };
    // The name is what its getMe says.
    expect(url).toMatch(/^https:\/\/t\.me\/TestNameBot\?start=/);
    await server.peer.write(CHAT, `/start ${new URL(url).searchParams.get('start')}`);
    await server.peer.says(CHAT, new RegExp(`^✅ Linked to ${me} on `));
  });
});

describe('sending', () => {
  test('through the runner arrives, Markdown as entities, under the id of the answer', async () => {
    const server = await linkedServer(program);
    const words = ['send', '--title', 'Nightly', 'done in **12** minutes, `3` rows'];
    expect((await server.machine.runner(words)).status).toBe(0);
    const message = server.peer.messages(CHAT).at(-1);
    expect(message).toMatchObject({
      text: 'Nightly\ndone in 12 minutes, 3 rows',
      entities: [
        { type: 'bold', offset: 0, length: 7 },
        { type: 'bold', offset: 16, length: 2 },
        { type: 'code', offset: 28, length: 1 },
      ],
    });
    const answer = await send(server, 'see', { buttons: [{ text: 'Open', url: 'https://example.org/' }] });
    const last = server.peer.messages(CHAT).at(-1);
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent', message_ids: [last?.message_id] } });
    expect(last?.reply_markup?.inline_keyboard).toEqual([[{ text: 'Open', url: 'https://example.org/' }]]);
  });

  test('a text of several messages arrives whole and in order', async () => {
    const server = await linkedServer(program);
    const lines = Array.from({ length: 200 }, (_, i) => `row ${i} of a text that takes several messages`);
    expect(await send(server, lines.join('\n'), { wait: 30_000 })).toMatchObject({ body: { status: 'sent' } });
    const pieces = textsOf(server, /^row /);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('\n').split('\n')).toEqual(lines);
  });

  test('a script’s notification arrives, and its cooldown holds', async () => {
    const server = await linkedServer(program);
    server.machine.write('rev.sh', `echo '{"notify": true, "message": "revenue is *down*"}'`);
    expect((await server.machine.runner(['run', 'rev'])).status).toBe(0);
    await server.peer.says(CHAT, /^revenue is down$/);
    await server.machine.runner([]);
    expect(textsOf(server, /revenue/)).toHaveLength(1);
  });
});

describe('a server that goes away', () => {
  test('costs nothing: what was accepted arrives once, in order, when it is back', async () => {
    const server = await linkedServer(program);
    await server.peer.stop();
    for (const text of ['kept 1', 'kept 2', 'kept 3']) {
      expect((await send(server, text, { wait: 0 })).status).toBe(202);
    }
    expect(await complaint(server)).toMatch(/could not be reached/);
    expect(await outbox(server)).toHaveLength(3);
    await server.peer.start();
    await server.peer.says(CHAT, /^kept 3$/, 60_000);
    await waitFor(async () => (await outbox(server)).length === 0);
    expect(textsOf(server, /^kept/)).toEqual(['kept 1', 'kept 2', 'kept 3']);
    await server.peer.write(CHAT, '/whoami');
    await server.peer.says(CHAT, new RegExp(`^You are ${me}`), 30_000);
  });

  test('or that lacks a method: pictures and files wait, other chats go on, and another server gets them', async () => {
    const server = await linkedServer(program);
    const { machine, client, peer } = server;
    const photo = machine.write('./chart.png', png(60, 40));
    const other = machine.write('./other.png', png(30, 40));
    const report = machine.write('./report.csv', 'a;b\n');
    const posts = [
      ['/send_photo', { photo_path: photo, caption: 'one' }],
      ['/send_photo', { photo_paths: [photo, other], caption: 'two' }],
      ['/send_document', { document_path: report, caption: 'three' }],
    ] as const;
    for (const [path, body] of posts) {
      expect((await client.request('POST', path, { ...body, wait: 0 })).status).toBe(202);
    }
    expect(await complaint(server)).toMatch(/answered 500 with JSON that is not the Bot API's/);
    // Commands are answered meanwhile, and so is everybody else.
    await peer.write(72, '/help');
    await peer.says(72, /\/start/);
    await peer.stop();
    const sandbox = createSandbox({ port: peer.port, token: TOKEN, limits: false });
    await sandbox.start();
    onTestFinished(() => sandbox.stop());
    await sandbox.waitFor(({ caption }) => caption === 'three', 60_000);
    expect(sandbox.messages(CHAT).map(({ method, caption }) => [method, caption])).toEqual([
      ['sendPhoto', 'one'],
      ['sendMediaGroup', 'two'],
      ['sendMediaGroup', undefined],
      ['sendDocument', 'three'],
    ]);
  });
});

describe('the service', () => {
  test('that is stopped and started goes on with what waited', async () => {
    const server = await linkedServer(program);
    await server.peer.stop();
    await send(server, 'over the stop', { wait: 0 });
    server.service.kill('SIGTERM');
    expect(await server.service.ended).toBe(0);
    await server.peer.start();
    // Said to a bot that is off, and kept by the server for it.
    await server.peer.write(CHAT, '/whoami');
    await server.serve();
    await server.peer.says(CHAT, /^over the stop$/, 20_000);
    await server.peer.says(CHAT, new RegExp(`^You are ${me}`), 20_000);
    expect(textsOf(server, /^over the stop$/)).toHaveLength(1);
  });

  test('that is killed loses nothing of what it accepted', async () => {
    const server = await linkedServer(program);
    await server.peer.stop();
    for (const text of ['through 1', 'through 2']) await send(server, text, { wait: 0 });
    server.service.kill('SIGKILL');
    expect(await server.service.ended).toBe('SIGKILL');
    await server.peer.start();
    await server.serve();
    await server.peer.says(CHAT, /^through 2$/, 20_000);
    expect(textsOf(server, /^through/)).toEqual(['through 1', 'through 2']);
    expect((await send(server, 'and on')).status).toBe(200);
  });
});

describe('updates', () => {
  test('of several chats are answered once each, in their order', async () => {
    const server = await linkedServer(program);
    const { peer } = server;
    const chats = [CHAT, 81, 82];
    for (const word of ['/help', '/whoami', 'hello?']) for (const chat of chats) await peer.write(chat, word);
    const answers = (chat: number) => peer.messages(chat).slice(chat === CHAT ? 2 : 0);
    await waitFor(() => chats.every((chat) => answers(chat).length === 3), 30_000);
    const kinds = (chat: number) =>
      answers(chat).map(({ text }) => /You are|not linked|\/help|\/start/.exec(text)?.[0]);
    expect(kinds(CHAT)).toEqual(['/start', 'You are', '/help']);
    expect(kinds(81)).toEqual(kinds(82));
    await sleep(1500);
    expect(chats.map((chat) => answers(chat).length)).toEqual([3, 3, 3]);
  });

  test('are polled for with pauses, although it answers an empty poll at once', async () => {
    const server = await linkedServer(program);
    const before = await pollsOf(server);
    await sleep(3000);
    const polls = (await pollsOf(server)) - before;
    expect(polls).toBeGreaterThan(0);
    expect(polls).toBeLessThan(30);
  });
});

describe('a button', () => {
  test('of /status runs the script once, whose notification arrives, and the message shows it', async () => {
    const server = await linkedServer(program);
    const { peer, machine } = server;
    machine.write('rev.sh', `echo '{"notify": true, "message": "pressed"}'`);
    await peer.write(CHAT, '/status');
    const status = await peer.says(CHAT, /rev\.sh/);
    await peer.press(status, /Run/);
    await peer.says(CHAT, /^pressed$/, 20_000);
    await peer.says(CHAT, /rev\.sh\n?.*(just now|ago): sent/s, 20_000);
    // Used up, and the next update of the chat is looked at after it.
    await peer.press(status, /Run/);
    await peer.write(CHAT, '/whoami');
    await peer.says(CHAT, new RegExp(`^You are ${me}`));
    await sleep(1000);
    expect(textsOf(server, /^pressed$/)).toHaveLength(1);
  });
});
