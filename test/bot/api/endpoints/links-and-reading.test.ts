import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answered, call, type RunningApi, startApi } from '../support/running-api.ts';
import { isRoot } from '../support/test-users.ts';

let running: RunningApi;
beforeAll(async () => {
  running = await startApi();
});
afterAll(() => running.close());
beforeEach(() => {
  running.services.reasons = [];
});
const post = (path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered> =>
  call(running.socketPath, 'POST', path, body, headers);
const get = (path: string) => call(running.socketPath, 'GET', path);

describe('POST /link', () => {
  test('with a code links, also one with zeros in front or spaces around', async () => {
    for (const code of ['012345', ' 012345\n']) {
      const { status, body } = await post('/link', { code });
      expect([status, body]).toEqual([200, { ok: true, linked_at: '2026-01-30T12:00:00Z' }]);
    }
  });

  test.each([
    ['999999', 404, 'unknown_code'],
    ['410410', 410, 'expired_code'],
    ['429429', 429, 'too_many_tries'],
  ])('with the code %s is answered with %i', async (code, status, word) => {
    const answer = await post('/link', { code });
    expect([answer.status, answer.body.code]).toEqual([status, word]);
    expect(answer.headers['retry-after']).toBe(status === 429 ? '60' : undefined);
  });

  test.each<[unknown, RegExp]>([
    [12345, /^code: .*the number 12345: put it in quotes/],
    ['12345', /^code: expected a string of six digits, found "12345"/],
    ['1234567', /^code: expected a string of six digits/],
    ['１２３４５６', /^code: expected a string of six digits/],
    [null, /^code: expected a string of six digits, found null/],
  ])('with the code %j is malformed', async (code, sentence) => {
    const { status, body } = await post('/link', { code });
    expect([status, body.error]).toEqual([400, expect.stringMatching(sentence)]);
  });

  test('without a code makes a deep link, with an empty object, no body, or any content type on none', async () => {
    const answers = await Promise.all([
      post('/link', {}),
      post('/link'),
      post('/link', undefined, { 'content-type': 'text/plain' }),
      post('/link', '', { 'transfer-encoding': 'chunked' }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual({
        ok: true,
        url: expect.stringMatching(/^https:\/\/t\.me\//),
        expires_at: '2026-01-30T12:00:00Z',
      });
    }
    expect((await post('/link', 'code=012345', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

test.each(['/unlink', '/mute', '/settings', '/link'])(
  '%s takes no user in the address, where it would be passed over',
  async (path) => {
    const { status, body } = await post(`${path}?user=nobody`, {});
    expect([status, body.code, body.error]).toEqual([400, 'bad_field', expect.stringMatching(/^user: .*in the body/)]);
  },
);

describe('POST /unlink', () => {
  test('says whether there was a link', async () => {
    expect((await post('/unlink')).body).toEqual({ ok: true, unlinked: true });
    expect((await post('/unlink', {})).body).toEqual({ ok: true, unlinked: false });
  });
});

describe('GET /status', () => {
  test('tells a linked user’s standing', async () => {
    const { status, body } = await get('/status?unknown=1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, linked: true, linked_at: '2026-01-30T12:00:00Z', queued: 2 });
    expect(body.chat).toEqual({ type: 'private', name: body.user });
  });

  test.each(['/status?user=', '/status?user=a%3Ab', '/status?user=a&user=b', '/messages?user=%00'])(
    '%s is malformed',
    async (path) => {
      const { status, body } = await get(path);
      expect([status, body.error]).toEqual([400, expect.stringMatching(/^user: /)]);
    },
  );

  test.skipIf(!isRoot)('links that cannot be read are a 503 (asking for another needs root)', async () => {
    // What the in-memory links make of a user without an account.
    expect((await get('/status?user=nb-nobody-else')).body).toMatchObject({ code: 'links_unreadable' });
  });
});

describe('GET /messages', () => {
  test('lists twenty, or as many as asked for, newest first', async () => {
    for (let index = 0; index < 25; index += 1) await post('/send', { text: `n${index}`, wait: 1 });
    const texts = async (path: string) => {
      const { messages } = (await get(path)).body;
      return Array.isArray(messages) ? messages.map(({ text }) => text) : [];
    };
    expect((await texts('/messages')).length).toBe(20);
    expect(await texts('/messages?limit=2')).toEqual(['n24', 'n23']);
    expect((await texts('/messages?limit=200')).length).toBe(25);
  });

  test.each(['0', '201', '-1', '1.5', 'ten', '', '1e2', '99999999999999'])('refuses the limit %j', async (limit) => {
    const { status, body } = await get(`/messages?limit=${limit}`);
    expect([status, body.error]).toEqual([400, `limit: expected a whole number from 1 to 200, found "${limit}".`]);
  });
});

describe('operating', () => {
  test('health is ok, or degraded with its reasons', async () => {
    const well = await get('/health');
    expect([well.status, well.body]).toEqual([200, { ok: true, status: 'ok', queued: 0, version: '0.1.0' }]);
    running.services.reasons = ['Telegram does not answer.', 'The disk is full.'];
    const ill = await get('/health');
    expect(ill.status).toBe(503);
    expect(ill.body).toEqual({
      status: 'degraded',
      reasons: running.services.reasons,
      error: 'Telegram does not answer. The disk is full.',
      code: 'degraded',
      queued: 0,
      version: '0.1.0',
    });
  });

  test('metrics are plain text', async () => {
    const { status, headers, text } = await get('/metrics');
    expect([status, headers['content-type'], text]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'notify_sent_total 1\n',
    ]);
  });

  test.skipIf(!isRoot)('retry says when there is no such delivery (retrying needs root)', async () => {
    expect((await post('/retry', { delivery: 'other' })).status).toBe(404);
    expect((await post('/retry', {})).body.error).toBe('delivery: this field is required.');
    expect((await post('/retry', { delivery: '../x' })).status).toBe(400);
    expect((await post('/retry')).status).toBe(415);
  });
});

describe('other paths and methods', () => {
  test.each(['/', '/send/', '/SEND', '/%zz', '/send%2f', '//send', '/send;x', '/__proto__'])(
    '%s is not found, and the answer names the paths',
    async (path) => {
      const { status, body } = await post(path, {});
      expect([status, body.code]).toEqual([404, 'not_found']);
      expect(body.error).toMatch(/POST \/send, .*GET \/metrics/);
    },
  );

  test.each([
    ['GET', '/send', 'POST'],
    ['POST', '/status', 'GET'],
    ['PUT', '/link', 'POST'],
    ['DELETE', '/messages', 'GET'],
    ['OPTIONS', '/send', 'POST'],
    ['PATCH', '/health', 'GET'],
  ])('%s %s is the wrong method', async (method, path, allowed) => {
    const { status, headers, body } = await call(running.socketPath, method, path);
    expect([status, headers.allow, body.code]).toEqual([405, allowed, 'wrong_method']);
  });

  test('HEAD is the wrong method too, and has no body', async () => {
    const { status, headers, text } = await call(running.socketPath, 'HEAD', '/status');
    expect([status, headers.allow, text]).toEqual([405, 'GET', '']);
  });

  test('every answer says that it is JSON in UTF-8', async () => {
    for (const answer of await Promise.all([
      get('/status'),
      get('/none'),
      post('/send', '{'),
      get('/messages?limit=0'),
    ])) {
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    }
  });
});
