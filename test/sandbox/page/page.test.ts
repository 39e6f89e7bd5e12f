import { request } from 'node:http';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { call, png, startSandbox, upload } from '../../support/bot/sandbox-client.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function post(sandbox: Sandbox, path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) {
  const response = await fetch(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}

/** A GET with a chosen `Host`, which `fetch` does not allow. */
function statusFor(sandbox: Sandbox, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${sandbox.url}/`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** The events of a stream, one by one. */
async function openEvents(sandbox: Sandbox) {
  const reader = (await fetch(`${sandbox.url}/events`)).body?.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  return {
    async next(): Promise<Record<string, unknown>> {
      while (!buffer.includes('\n\n')) {
        const read = await reader?.read();
        if (read === undefined || read.done) throw new Error('The stream ended.');
        buffer += decoder.decode(read.value, { stream: true });
      }
      const [event = '', ...rest] = buffer.split('\n\n');
      buffer = rest.join('\n\n');
      return JSON.parse(event.replace(/^data: /, '')) as Record<string, unknown>;
    },
    close: () => reader?.cancel(),
  };
}

describe('the page', () => {
  test('is served only at this address', async () => {
    const sandbox = await startSandbox();
    const page = await fetch(`${sandbox.url}/`);
    const html = await page.text();
    expect(html).toContain('<title>Sandbox Telegram — nothing leaves this computer</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const addresses = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? '');
    for (const address of addresses) expect(address).toMatch(/^(?:\/page\/|data:,)/);
    for (const address of addresses.filter((one) => one.startsWith('/'))) {
      expect((await fetch(sandbox.url + address)).status).toBe(200);
    }
    expect((await fetch(`${sandbox.url}/start?chat=7&token=abc`)).status).toBe(200);
    expect((await fetch(`${sandbox.url}/nothing`)).status).toBe(404);
  });

  test('has a script that parses, sets text through textContent, and finds every element it uses', async () => {
    const sandbox = await startSandbox();
    const script = await (await fetch(`${sandbox.url}/page/app.js`)).text();
    const html = await (await fetch(`${sandbox.url}/`)).text();
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    const ids = [...script.matchAll(/byId\('([^']+)'\)/g)].map((match) => match[1] ?? '');
    for (const id of new Set(ids)) expect(html).toContain(`id="${id}"`);
  });

  test('sends messages and presses buttons for users', async () => {
    const sandbox = await startSandbox();
    const made = await post(sandbox, '/page/chat', { name: 'Ada' });
    expect(made).toMatchObject({ status: 200, ok: true, chat_id: 1001 });
    expect(await post(sandbox, '/page/chat', { name: 'Ops', kind: 'group' })).toMatchObject({ chat_id: -1002 });
    expect(await post(sandbox, '/page/say', { chat_id: 1001, text: '/start' })).toMatchObject({ ok: true });
    const reply_markup = { inline_keyboard: [[{ text: 'Run', callback_data: 'run' }]] };
    await call(sandbox, 'sendMessage', { chat_id: 1001, text: 'x', reply_markup });
    const pressed = { chat_id: 1001, message_id: 2, data: 'run' };
    expect(await post(sandbox, '/page/press', pressed)).toMatchObject({ ok: true });
    expect((await call(sandbox, 'getUpdates')).result).toMatchObject([
      { message: { text: '/start', from: { first_name: 'Ada' } } },
      { callback_query: { data: 'run' } },
    ]);
  });

  test.each([
    ['/page/say', { chat_id: '7', text: 'x' }],
    ['/page/say', { chat_id: 7, text: '' }],
    ['/page/press', { chat_id: 7, message_id: 99, data: 'x' }],
    ['/page/chat', { name: ' ' }],
    ['/page/chat', { name: 'x', kind: 'planet' }],
    ['/page/topic', { chat_id: 7, name: 'x' }],
    ['/page/chat', []],
  ])('explains what is wrong with %s %j', async (path, body) => {
    const sandbox = await startSandbox();
    expect(await post(sandbox, path, body)).toMatchObject({ status: 400, error: expect.any(String) });
  });

  test('refuses requests of other sites', async () => {
    const sandbox = await startSandbox();
    const body = { chat_id: 7, text: 'x' };
    expect((await post(sandbox, '/page/say', body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(sandbox, '/page/say', body, { ...JSON_TYPE, origin: 'https://example.com' })).status).toBe(403);
    expect((await post(sandbox, '/page/say', body, { ...JSON_TYPE, origin: sandbox.url })).status).toBe(200);
    expect(await statusFor(sandbox, 'evil.example:80')).toBe(403);
    expect(await statusFor(sandbox, 'localhost:8080')).toBe(200);
    expect(sandbox.pendingUpdates).toBe(1);
  });

  test('serves photos inline and documents as downloads', async () => {
    const sandbox = await startSandbox();
    await upload(sandbox, 'sendPhoto', { chat_id: '7', photo: { name: 'a.png', data: png(10, 10) } });
    const data = new TextEncoder().encode('<script>') as Uint8Array<ArrayBuffer>;
    await upload(sandbox, 'sendDocument', { chat_id: '7', document: { name: 'a (1).html', data } });
    const [photo, file] = sandbox.messages().map(({ media }) => `${sandbox.url}/page/file/${media?.file_id}`);
    expect((await fetch(photo ?? '')).headers.get('content-type')).toBe('image/png');
    const { headers } = await fetch(file ?? '');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%20_1_.html");
  });
});

describe('the stream of events', () => {
  test('begins with the current state and continues with each event', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, 'before');
    const events = await openEvents(sandbox);
    expect(await events.next()).toMatchObject({
      type: 'hello',
      bot: { username: 'notify_sandbox_bot' },
      chats: [{ id: 7 }],
      messages: [{ text: 'before', edits: 0 }],
    });
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'one' });
    expect(await events.next()).toMatchObject({ type: 'message', message: { text: 'one' } });
    await call(sandbox, 'editMessageText', { chat_id: 7, message_id: 2, text: 'two' });
    expect(await events.next()).toMatchObject({ type: 'edit', message: { text: 'two', edits: 1 } });
    await call(sandbox, 'deleteMessage', { chat_id: 7, message_id: 2 });
    expect(await events.next()).toMatchObject({ type: 'delete' });
    await call(sandbox, 'sendChatAction', { chat_id: 7, action: 'typing' });
    expect(await events.next()).toEqual({ type: 'action', chat_id: 7, action: 'typing' });
    await call(sandbox, 'setMyCommands', { commands: [{ command: 'help', description: 'Help' }] });
    expect(await events.next()).toMatchObject({ type: 'commands', commands: [{ command: 'help' }] });
    sandbox.open(8);
    expect(await events.next()).toMatchObject({ type: 'chat', chat: { id: 8 } });
    await events.close();
  });
});
