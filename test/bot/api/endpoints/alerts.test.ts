import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, callAs, type RunningApi, startApi } from '../support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from '../support/test-users.ts';

let running: RunningApi;
beforeEach(async () => {
  await running?.close();
  running = await startApi();
});
afterAll(() => running.close());

type Json = Record<string, unknown>;
const ask = (method: string, path: string, body?: unknown) => call(running.socketPath, method, path, body);
const post = (alerts: unknown, query = '') => ask('POST', `/alerts${query}`, alerts);
const fires = (labels: Json, more: Json = {}) => ({ labels: { alertname: 'DiskFull', ...labels }, ...more });
const listed = async (query = '') => (await ask('GET', `/alerts${query}`)).body.alerts as Json[];
const past = new Date(Date.now() - 1000).toISOString();

describe('posting', () => {
  test('is answered with a fingerprint and a state for each, in their order', async () => {
    const { status, body } = await post([fires({ host: 'a' }), fires({ host: 'b' }, { endsAt: past })]);
    expect([status, body]).toEqual([
      200,
      {
        ok: true,
        alerts: [
          { fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/), state: 'firing' },
          { fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/), state: 'resolved' },
        ],
      },
    ]);
    expect(await listed()).toEqual([
      {
        fingerprint: (body.alerts as Json[])[0]?.fingerprint,
        owner: expect.any(String),
        state: 'firing',
        labels: { alertname: 'DiskFull', host: 'a' },
        annotations: {},
        starts_at: expect.stringMatching(/^\d{4}-.*Z$/),
        updated_at: expect.any(String),
        source: 'socket',
        comments: [],
        flapping: false,
        told: [],
        routes: expect.any(Array),
      },
    ]);
  });

  test('of nothing takes nothing', async () => {
    expect((await post([])).body).toEqual({ ok: true, alerts: [] });
  });

  test('takes the right ones of a batch with wrong ones, and names the first of these', async () => {
    const { status, body } = await post([fires({ host: 'a' }), { labels: { host: [] } }, 5, fires({ host: 'b' })]);
    expect([status, body]).toEqual([
      400,
      {
        code: 'bad_field',
        error:
          'alerts[1].labels.host: expected a string of at most 1024 characters without control characters, found a list. ' +
          'It and 1 more were left out; 2 of 4 alerts were taken.',
      },
    ]);
    expect(await listed()).toHaveLength(2);
  });

  test.each<[string, unknown, string]>([
    ['an object', { alerts: [] }, 'The body: expected a list of alerts, found an object.'],
    ['a text', '"x"', 'The body: expected a list of alerts, found "x".'],
    [
      '1,001 alerts',
      Array.from({ length: 1001 }, (_, n) => fires({ n })),
      'The body: expected at most 1000 alerts, found 1001; send them in several requests.',
    ],
    [
      'too many values',
      `[${'{"labels":{}},'.repeat(30_000)}{}]`,
      'The body: expected at most 50000 JSON values, found more.',
    ],
  ])('refuses %s, and takes nothing', async (_, body, error) => {
    const answer = await post(body);
    expect([answer.status, answer.body]).toEqual([400, { code: 'bad_field', error }]);
    expect(await listed()).toEqual([]);
  });

  test('refuses what is not JSON', async () => {
    expect((await post('[{')).body).toEqual({ code: 'bad_request', error: 'The body is not JSON.' });
    expect((await post(undefined)).status).toBe(415);
  });

  test('takes a thousand at once', async () => {
    const { status, body } = await post(Array.from({ length: 1000 }, (_, n) => fires({ n, host: `host-${n}` })));
    expect([status, (body.alerts as Json[]).length]).toEqual([200, 1000]);
    expect((await ask('GET', '/alerts?limit=1')).body).toMatchObject({ total: 1000, next: expect.any(String) });
  });

  test.each([
    ['?source=Prometheus!', 'source: expected a word such as prometheus'],
    ['?to=', 'to: expected names such as ops'],
    [`?to=${Array(51).fill('ops').join()}`, 'to: expected 1 to 50 destinations, found 51.'],
    ['?user=a&user=b', 'user: given twice.'],
  ])('names a wrong key of the query %.20s', async (query, error) => {
    const { status, body } = await post([], query);
    expect([status, body.code, body.error]).toEqual([400, 'bad_field', expect.stringContaining(error)]);
  });

  test('keeps where it comes from', async () => {
    await post([fires({})], '?source=grafana&to=ops&to=attic,news');
    expect(await listed()).toMatchObject([{ source: 'grafana' }]);
  });
});

describe('an alert', () => {
  let path: string;
  beforeEach(async () => {
    const { body } = await post([fires({ host: 'a' })]);
    path = `/alerts/${(body.alerts as Json[])[0]?.fingerprint}`;
  });
  const change = async (action: string, body?: unknown) => (await ask('POST', `${path}/${action}`, body)).body;

  test('is acknowledged for a time, and fires again when that is taken back', async () => {
    const before = Date.now();
    const { alert } = await change('ack', { for: '2h', comment: 'on it' });
    expect(alert).toMatchObject({ state: 'acknowledged', acknowledgement: { comment: 'on it' } });
    const { at, until } = (alert as { acknowledgement: { at: string; until: string } }).acknowledgement;
    expect(Date.parse(until) - Date.parse(at)).toBe(2 * 3_600_000);
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
    expect(await listed('?state=acknowledged')).toHaveLength(1);
    expect(await listed('?state=firing')).toEqual([]);
    expect((await change('unack')).alert).toMatchObject({ state: 'firing' });
  });

  test('is silenced and told again, commented and resolved', async () => {
    expect((await change('silence', { for: '1h' })).alert).toMatchObject({
      state: 'silenced',
      silence: { by: expect.any(String), until: expect.any(String) },
    });
    expect((await change('silence', { for: '0' })).alert).toMatchObject({ state: 'firing' });
    expect((await change('comment', { text: 'new disk at noon' })).alert).toMatchObject({
      comments: [{ text: 'new disk at noon', at: expect.any(String), by: expect.any(String) }],
    });
    expect((await change('resolve')).alert).toMatchObject({ state: 'resolved', ends_at: expect.any(String) });
    expect(await change('ack')).toMatchObject({ code: 'not_firing' });
    expect((await ask('GET', path)).body.alert).toMatchObject({ state: 'resolved' });
  });

  test.each<[string, unknown, string]>([
    ['ack', { for: 'soon' }, 'for: expected a duration such as 30m, 6h or 1d, at most 10y, found "soon".'],
    ['ack', { for: '5' }, 'for: expected a duration such as 30m, 6h or 1d, at most 10y, found "5".'],
    ['ack', { comment: ' ' }, 'comment: expected 1 to 1000 characters that are not all blank, found " ".'],
    ['silence', {}, 'for: this field is required.'],
    [
      'silence',
      { for: '11y' },
      'for: expected a duration such as 30m, 6h or 1d, at most 10y, or 0 to end a silence, found "11y".',
    ],
    ['comment', { text: 'x'.repeat(1001) }, 'text: expected 1 to 1000 characters that are not all blank'],
  ])('is not changed by %s with %.30j', async (action, body, error) => {
    expect(await change(action, body)).toEqual({ code: 'bad_field', error: expect.stringContaining(error) });
  });

  test('that nobody posted, or whose fingerprint is none, is not found', async () => {
    for (const action of ['ack', 'unack', 'resolve']) {
      const unknown = await ask('POST', `/alerts/0123456789abcdef/${action}`);
      expect([unknown.status, unknown.body.code]).toEqual([404, 'unknown_alert']);
    }
    expect((await ask('POST', '/alerts/0123/ack')).body).toEqual({
      code: 'bad_field',
      error: 'fingerprint: expected 16 hexadecimal digits, found "0123".',
    });
    expect((await ask('POST', `${path.toUpperCase().replace('ALERTS', 'alerts')}/ack`)).status).toBe(200);
  });
});

describe('a page', () => {
  test('follows another', async () => {
    await post(Array.from({ length: 5 }, (_, n) => fires({ n })));
    const found: unknown[] = [];
    let query = '?limit=2';
    for (let pages = 0; pages < 3; pages += 1) {
      const { body } = await ask('GET', `/alerts${query}`);
      expect(body.total).toBe(5);
      found.push(...(body.alerts as Json[]).map(({ fingerprint }) => fingerprint));
      query = `?limit=2&before=${encodeURIComponent(String(body.next))}`;
    }
    expect(new Set(found).size).toBe(5);
  });

  test.each(['limit=0', 'limit=201', 'state=burning', 'before=x'])('is refused for %s', async (query) => {
    expect((await ask('GET', `/alerts?${query}`)).status).toBe(400);
  });
});

describe.skipIf(!isRoot)(`as other users (${NEEDS_ROOT})`, () => {
  let ann: TestUser;
  beforeAll(() => {
    ann = createUser();
  });
  afterAll(() => removeUser(ann));
  const asAnn = (method: string, path: string, body?: unknown) => callAs(ann, running.socketPath, method, path, body);

  test('an account sees and changes its own alone, trusted callers all of them', async () => {
    const { body } = await post([fires({ host: 'root' })]);
    const own = await asAnn('POST', '/alerts', [fires({ host: 'ann' })]);
    const theirs = `/alerts/${(body.alerts as Json[])[0]?.fingerprint}`;
    const mine = `/alerts/${(own.body.alerts as Json[])[0]?.fingerprint}`;
    expect((await asAnn('GET', '/alerts')).body).toMatchObject({ total: 1, alerts: [{ owner: ann.name }] });
    for (const [method, path] of [
      ['GET', theirs],
      ['POST', `${theirs}/ack`],
      ['POST', `${theirs}/resolve`],
    ] as const) {
      expect((await asAnn(method, path)).body).toMatchObject({ code: 'unknown_alert' });
    }
    expect((await asAnn('POST', `${mine}/ack`)).body.alert).toMatchObject({ acknowledgement: { by: ann.name } });
    expect(await listed()).toHaveLength(2);
    expect(await listed(`?user=${ann.name}`)).toMatchObject([{ owner: ann.name }]);
    const forAnn = await ask('POST', `${theirs}/ack`, { user: ann.name });
    expect(forAnn.body).toMatchObject({ code: 'unknown_alert' });
  });

  test('the same labels of two accounts are two alerts, which their owner tells from one another', async () => {
    await post([fires({})]);
    const own = await asAnn('POST', '/alerts', [fires({})]);
    const path = `/alerts/${(own.body.alerts as Json[])[0]?.fingerprint}`;
    expect((await ask('GET', path)).body.alert).toMatchObject({ owner: 'root' });
    expect((await ask('GET', `${path}?owner=${ann.name}`)).body.alert).toMatchObject({ owner: ann.name });
    await ask('POST', `${path}/resolve`, { owner: ann.name });
    expect((await ask('GET', path)).body.alert).toMatchObject({ state: 'firing' });
    expect((await asAnn('GET', path)).body.alert).toMatchObject({ state: 'resolved' });
  });

  test('a source, and another user, are for trusted callers', async () => {
    expect((await asAnn('POST', '/alerts?source=prometheus', [])).body).toEqual({
      code: 'not_trusted',
      error: `source: you are ${ann.name} and may only say socket or script; trusted users any word.`,
    });
    expect((await asAnn('POST', '/alerts?source=script', [])).status).toBe(200);
    expect((await asAnn('POST', '/alerts?user=root', [])).body.code).toBe('not_yours');
    await post([fires({})], `?user=${ann.name}&source=prometheus`);
    expect(await listed()).toMatchObject([{ owner: ann.name, source: 'prometheus' }]);
  });

  test('an account with as many alerts as may be still resolves those it has', async () => {
    for (let batch = 0; batch < 20; batch += 1) {
      const thousand = Array.from({ length: 1000 }, (_, n) => fires({ n: batch * 1000 + n }));
      expect((await asAnn('POST', '/alerts', thousand)).status).toBe(200);
    }
    const more = Array.from({ length: 150 }, (_, n) => fires({ more: n }));
    const answer = await asAnn('POST', '/alerts', [...more, fires({ n: 7 }, { endsAt: past }), ...more]);
    expect([answer.status, answer.body]).toEqual([
      429,
      { code: 'too_many_alerts', error: expect.stringContaining(`${ann.name} may have 20000 that fire at once`) },
    ]);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect((await asAnn('GET', '/alerts?state=resolved')).body).toMatchObject({
      total: 1,
      alerts: [{ labels: { n: '7' } }],
    });
  }, 60_000);

  test('where alerts go is the right of their owner, also for trusted callers', async () => {
    expect((await post([], '?to=closed')).status).toBe(200);
    for (const answer of [
      await asAnn('POST', '/alerts?to=closed', [fires({})]),
      await post([fires({})], `?to=closed&user=${ann.name}`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'not_a_sender']);
    }
    expect(await listed()).toEqual([]);
  });
});
