import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { call, startSandbox } from '../support/bot/sandbox-client.ts';

const send = (sandbox: Sandbox, chatId = 7) => call(sandbox, 'sendMessage', { chat_id: chatId, text: 'x' });

async function rawSend(sandbox: Sandbox, signal?: AbortSignal): Promise<Response> {
  const url = `${sandbox.url}/bot${sandbox.token}/sendMessage?chat_id=7&text=x`;
  return fetch(url, signal === undefined ? {} : { signal });
}

describe('a scripted fault', () => {
  test('applies to the given number of calls', async () => {
    const sandbox = await startSandbox();
    const answer = { error_code: 500, description: 'Internal Server Error' };
    sandbox.fail({ times: 2, answer });
    const statuses = [await send(sandbox), await send(sandbox), await send(sandbox)].map(({ status }) => status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('lets as many calls of its kind pass as it says, and the next one after it takes over', async () => {
    const sandbox = await startSandbox();
    const failing = (error_code: number) => ({ error_code, description: 'No' });
    for (const code of [500, 502]) sandbox.fail({ method: 'sendMessage', after: 1, answer: failing(code) });
    expect((await call(sandbox, 'getMe', {})).ok).toBe(true);
    const statuses: number[] = [];
    for (let time = 0; time < 4; time += 1) statuses.push((await send(sandbox)).status);
    expect(statuses).toEqual([200, 500, 502, 200]);
  });

  test('applies only to its method and its chat, until it is cleared', async () => {
    const sandbox = await startSandbox();
    const parameters = { retry_after: 5 };
    const description = 'Too Many Requests: retry after 5';
    sandbox.fail({
      method: 'sendmessage',
      chatId: 8,
      times: Infinity,
      answer: { error_code: 429, description, parameters },
    });
    expect((await call(sandbox, 'getChat', { chat_id: 8 })).ok).toBe(true);
    expect((await send(sandbox, 7)).ok).toBe(true);
    for (let index = 0; index < 3; index += 1) {
      expect(await send(sandbox, 8)).toEqual({ status: 429, ok: false, error_code: 429, description, parameters });
    }
    sandbox.clearFaults();
    expect((await send(sandbox, 8)).ok).toBe(true);
    expect(sandbox.calls.tooMany).toBe(3);
  });

  test('may be any HTTP answer', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ answer: { status: 418, body: 'tea' } });
    const response = await rawSend(sandbox);
    expect([response.status, await response.text()]).toEqual([418, 'tea']);
  });

  test('may drop the connection before or after the message is sent', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ answer: 'reset' });
    await expect(send(sandbox)).rejects.toThrow('fetch failed');
    expect(sandbox.messages()).toEqual([]);
    sandbox.fail({ answer: 'accept-then-reset' });
    await expect(send(sandbox)).rejects.toThrow('fetch failed');
    expect(sandbox.messages()).toHaveLength(1);
    expect(sandbox.calls.list.map(({ status }) => status)).toEqual([0, 0]);
  });

  test('may be an HTML page or a truncated answer', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ answer: 'garbage' });
    const page = await rawSend(sandbox);
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    sandbox.fail({ answer: 'half-json' });
    const half = await (await rawSend(sandbox)).text();
    expect(() => JSON.parse(half)).toThrow(SyntaxError);
    expect(sandbox.messages()).toEqual([]);
  });

  test('may hang until the client disconnects or the sandbox stops', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ times: 2, answer: 'hang' });
    await expect(rawSend(sandbox, AbortSignal.timeout(100))).rejects.toThrow();
    const hanging = rawSend(sandbox).catch(() => 'dropped');
    while (sandbox.calls.list.length < 2) await call(sandbox, 'nothing');
    await sandbox.stop();
    expect(await hanging).toBe('dropped');
  });

  test('may be an endless answer', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ answer: 'endless' });
    const reader = (await rawSend(sandbox)).body?.getReader();
    let bytes = 0;
    while (bytes < 200_000) bytes += (await reader?.read())?.value?.length ?? 0;
    await reader?.cancel();
    expect(bytes).toBeGreaterThanOrEqual(200_000);
    expect((await send(sandbox)).ok).toBe(true);
  });

  test('may be a slow but correct answer', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ answer: 'slow', ms: 200 });
    const before = performance.now();
    expect((await send(sandbox)).ok).toBe(true);
    expect(performance.now() - before).toBeGreaterThan(150);
  });
});

test('latency is added to every answer', async () => {
  const sandbox = await startSandbox({ latency: 100 });
  const before = performance.now();
  await call(sandbox, 'getMe');
  expect(performance.now() - before).toBeGreaterThan(80);
});
