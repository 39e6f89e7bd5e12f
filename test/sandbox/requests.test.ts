import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { call, startSandbox, upload } from '../support/bot/sandbox-client.ts';

describe('a call', () => {
  test('may come as JSON, form, multipart or query', async () => {
    const sandbox = await startSandbox();
    const address = `${sandbox.url}/bot${sandbox.token}/sendMessage`;
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'json' });
    await upload(sandbox, 'sendMessage', { chat_id: '7', text: 'multipart' });
    await fetch(address, { method: 'POST', body: new URLSearchParams({ chat_id: '7', text: 'form' }) });
    await fetch(`${address}?chat_id=7&text=query`);
    expect(sandbox.messages(7).map(({ text }) => text)).toEqual(['json', 'multipart', 'form', 'query']);
  });

  test('may spell its method in any case', async () => {
    const sandbox = await startSandbox();
    expect(await call(sandbox, 'GETME')).toMatchObject({ ok: true, result: { id: 123456, is_bot: true } });
  });

  test('with a wrong token is unauthorized, with a malformed one or an unknown method not found', async () => {
    const sandbox = await startSandbox();
    expect(await call(sandbox, 'getMe', {}, '123456:other')).toEqual({
      status: 401,
      ok: false,
      error_code: 401,
      description: 'Unauthorized',
    });
    expect(await call(sandbox, 'getMe', {}, 'nonsense')).toMatchObject({ status: 404, description: 'Not Found' });
    expect(await call(sandbox, 'sendPigeon')).toMatchObject({ status: 404, description: 'Not Found' });
  });

  test('is refused while the token is revoked', async () => {
    const sandbox = await startSandbox();
    sandbox.revokeToken();
    expect((await call(sandbox, 'getMe')).status).toBe(401);
    sandbox.restoreToken();
    expect((await call(sandbox, 'getMe')).status).toBe(200);
    expect(sandbox.calls.counts).toEqual({ getMe: 2 });
  });

  test('is refused while the bot is logged out', async () => {
    const sandbox = await startSandbox();
    sandbox.logOut();
    expect(await call(sandbox, 'getMe')).toMatchObject({ status: 400, description: 'Logged out' });
    sandbox.restoreToken();
    expect((await call(sandbox, 'getMe')).status).toBe(200);
  });

  test('with JSON that cannot be parsed is a bad request', async () => {
    const sandbox = await startSandbox();
    const response = await fetch(`${sandbox.url}/bot${sandbox.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"chat_id":',
    });
    expect(response.status).toBe(400);
  });

  test('with bytes that are not UTF-8, or half a surrogate pair, is a bad request', async () => {
    const sandbox = await startSandbox();
    const description = 'Bad Request: strings must be encoded in UTF-8';
    const response = await fetch(`${sandbox.url}/bot${sandbox.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(await response.json()).toMatchObject({ description });
    expect(await call(sandbox, 'sendMessage', { chat_id: 7, text: 'a\ud800' })).toMatchObject({ description });
  });

  test('with a file over 50 MB gets 413 and stores nothing', async () => {
    const sandbox = await startSandbox();
    const data = new Uint8Array(51 * 1024 * 1024 + 2048 * 1024);
    const reply = await upload(sandbox, 'sendDocument', { chat_id: '7', document: { name: 'big.bin', data } });
    expect(reply).toMatchObject({ status: 413, error_code: 413, description: 'Request Entity Too Large' });
    expect(sandbox.messages()).toEqual([]);
  });

  test('is answered while another client sends its body slowly', async () => {
    const sandbox = await startSandbox();
    const slow = request(`${sandbox.url}/bot${sandbox.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    });
    slow.on('error', () => {});
    slow.write('{');
    expect((await call(sandbox, 'getMe')).ok).toBe(true);
    slow.destroy();
  });
});

describe('a sandbox', () => {
  test('refuses connections after stop, and continues at the same address with its data after start', async () => {
    const sandbox = await startSandbox();
    const { url } = sandbox;
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'before' });
    await sandbox.stop();
    await expect(call(sandbox, 'getMe')).rejects.toThrow();
    await sandbox.start();
    expect(sandbox.url).toBe(url);
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'after' });
    expect(sandbox.messages().map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('keeps only the newest messages and files', async () => {
    const sandbox = await startSandbox({ keep: 3, keepBytes: 10 });
    for (let index = 0; index < 5; index += 1) {
      const data = new Uint8Array(8).fill(index + 1);
      await upload(sandbox, 'sendDocument', { chat_id: '7', document: { name: `${index}.bin`, data } });
    }
    expect(sandbox.messages().map(({ media }) => media?.name)).toEqual(['2.bin', '3.bin', '4.bin']);
    const [, older, newest] = sandbox.messages();
    expect((await call(sandbox, 'getFile', { file_id: newest?.media?.file_id })).ok).toBe(true);
    expect((await call(sandbox, 'getFile', { file_id: older?.media?.file_id })).status).toBe(400);
  });

  test('waits for a matching message, and fails after the timeout', async () => {
    const sandbox = await startSandbox();
    const coming = sandbox.waitFor(({ text }) => text === 'second', 30_000);
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'first' });
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'second' });
    expect((await coming).message_id).toBe(2);
    await expect(sandbox.waitFor(() => false, 20)).rejects.toThrow('the bot sent 2 others');
  });

  test('calls listeners for each message until they are removed', async () => {
    const sandbox = await startSandbox();
    const heard: unknown[] = [];
    const off = sandbox.onMessage(({ text }) => heard.push(text));
    sandbox.say(7, 'from a user');
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'one' });
    off();
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'two' });
    expect(heard).toEqual(['one']);
  });
});
