/** `docs/openapi.yaml` against the code: the same routes, the same fields, and every answer as it is described. */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { validate } from '../../../src/bot/api/body/validate.ts';
import { createAccounts } from '../../../src/bot/api/callers/accounts.ts';
import { createPasswdFile } from '../../../src/bot/api/callers/lookup/passwd-file.ts';
import { COMMON_CODES, type Endpoint } from '../../../src/bot/api/endpoint.ts';
import { ENDPOINTS } from '../../../src/bot/api/endpoints.ts';
import { SOCKET_CODES } from '../../../src/core/codes.ts';
import { PARSE_MODES, SEVERITIES } from '../../../src/core/notification.ts';
import { ackBody, alertBody, commentBody, silenceBody } from '../../../src/shared/api/alerts/requests.ts';
import { beatBody } from '../../../src/shared/api/beats/beats.ts';
import { settingsBody } from '../../../src/shared/api/people/settings.ts';
import { askBody } from '../../../src/shared/api/questions/questions.ts';
import {
  destinationBody,
  documentBody,
  linkBody,
  muteBody,
  photoBody,
  retryBody,
  runBody,
  sendBody,
  sendersBody,
  testBody,
  unlinkBody,
  unmuteBody,
  uploadBody,
} from '../../../src/shared/api/requests.ts';
import { overrideBody } from '../../../src/shared/api/rotations/rotations.ts';
import { openStream } from '../../support/network/event-stream.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  type Answered,
  answered,
  askAs,
  call,
  callAs,
  type RunningApi,
  rawConnection,
  startApi,
} from './support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from './support/test-users.ts';

interface MediaType {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { value: unknown }>;
}
interface Response {
  readonly content: Record<string, MediaType>;
  readonly headers?: Record<string, { readonly required?: boolean; readonly schema: object }>;
}
interface Operation {
  readonly requestBody?: { readonly content: Record<string, MediaType> };
  readonly responses: Record<string, Response>;
}
interface Schema {
  readonly properties: Record<string, { readonly enum?: readonly string[] }>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
}
interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema>; readonly responses: Record<string, Response> };
}

const text = readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8');
const written: Description = parse(text);
/** With every `$ref` followed. */
let description: Description;

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const compiled = new Map<object, ValidateFunction>();
function faults(schema: object, value: unknown): string {
  const check = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, check);
  return check(value) ? '' : `${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`;
}

/** A path of a route as the description writes it. */
const describedAs = (path: string) => path.replace(/:(\w+)/g, '{$1}');

/** What an endpoint is called here: its path, and before it the method where the path takes several. */
const routeOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>) =>
  ENDPOINTS.filter((other) => other.path === path).length > 1 ? `${method} ${path}` : path;
const ROUTES = ENDPOINTS.map(routeOf);

function operationOf(route: string): Operation {
  const [path = '', method] = route.split(' ').reverse();
  const operations = description.paths[describedAs(path)] ?? {};
  const operation = method === undefined ? Object.values(operations)[0] : operations[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${route} is not described`);
  return operation;
}

/** What is wrong with an answer; empty when it is as described. */
function disagreement(path: string, answer: Answered): string {
  const response = operationOf(path).responses[String(answer.status)];
  if (response === undefined) return `${path} is not described to answer with ${answer.status}: ${answer.text}`;
  const type = String(answer.headers['content-type']).split(';')[0] ?? '';
  const described = response.content[type];
  if (described === undefined) return `${path} is not described to answer with ${type}`;
  const headers = Object.entries(response.headers ?? {}).map(([name, { schema }]) =>
    faults(schema, answer.headers[name.toLowerCase()]),
  );
  return [faults(described.schema, type === 'application/json' ? answer.body : answer.text), ...headers].join('');
}

beforeAll(async () => {
  const validator = new Validator();
  const result = await validator.validate(parse(text));
  expect(result.errors ?? '').toEqual('');
  expect([result.valid, validator.version]).toEqual([true, '3.1']);
  description = validator.resolveRefs() as unknown as Description;
});

describe('the description', () => {
  test('has the routes that the code has, and no others', () => {
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(ENDPOINTS.map(({ method, path }) => `${method} ${describedAs(path)}`).sort());
  });

  test.each([
    ['SendBody', sendBody],
    ['PhotoBody', photoBody],
    ['DocumentBody', documentBody],
    ['UploadFields', uploadBody],
    ['LinkBody', linkBody],
    ['UnlinkBody', unlinkBody],
    ['RetryBody', retryBody],
    ['TestBody', testBody],
    ['RunBody', runBody],
    ['MuteBody', muteBody],
    ['UnmuteBody', unmuteBody],
    ['BeatBody', beatBody],
    ['AskBody', askBody],
    ['DestinationBody', destinationBody],
    ['SendersBody', sendersBody],
    ['AckBody', ackBody],
    ['AlertBody', alertBody],
    ['SilenceBody', silenceBody],
    ['CommentBody', commentBody],
    ['SettingsBody', settingsBody],
    ['OverrideBody', overrideBody],
  ])('has the fields of %s that the code has, required where they are', (name, { entries }) => {
    const schema = written.components.schemas[name];
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(Object.keys(entries).sort());
    const required = Object.entries(entries)
      .filter(([, { type }]) => type !== 'exact_optional')
      .map(([field]) => field);
    expect([...(schema?.required ?? [])].sort()).toEqual(required.sort());
  });

  test('has the words of the code', () => {
    const { ParseMode, Severity, Error: problem } = written.components.schemas;
    expect(ParseMode?.enum).toEqual(PARSE_MODES);
    expect(Severity?.enum).toEqual(SEVERITIES);
    expect([...(problem?.properties.code?.enum ?? [])].sort()).toEqual(Object.keys(SOCKET_CODES).sort());
  });

  test('has, for every endpoint, the statuses of the codes that it names, and no others', () => {
    const wrong = ENDPOINTS.flatMap((endpoint) => {
      const { codes } = endpoint;
      const path = routeOf(endpoint);
      const named = new Set([...COMMON_CODES, ...codes].map((code) => String(SOCKET_CODES[code].status)));
      const described = Object.keys(operationOf(path).responses).filter((status) => Number(status) >= 400);
      return [
        ...[...named]
          .filter((status) => !described.includes(status))
          .map((status) => `${path} ${status} is not described`),
        ...described.filter((status) => !named.has(status)).map((status) => `${path} ${status} has no code`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('tells every code under the status that the code gives it', () => {
    const byStatus = new Map<string, Set<string>>();
    for (const { responses } of Object.values(description.paths).flatMap((path) => Object.values(path))) {
      for (const [status, response] of Object.entries(responses).filter(([status]) => Number(status) >= 400)) {
        const schema = response.content['application/json']?.schema;
        if (schema === undefined) continue;
        for (const code of Object.keys(SOCKET_CODES)) {
          const body = { error: 'x', code, id: 'x', status: 'degraded', reasons: ['x'] };
          if (faults(schema, body) === '') byStatus.set(code, (byStatus.get(code) ?? new Set()).add(status));
        }
      }
    }
    const expected = Object.entries(SOCKET_CODES).map(([code, { status }]) => [code, new Set([String(status)])]);
    expect([...byStatus].sort()).toEqual(expected.sort());
  });

  test('has examples that fit what they are examples of', () => {
    const types = [
      ...Object.values(description.components.responses).flatMap(({ content }) => Object.values(content)),
      ...ROUTES.flatMap((route) => Object.values(operationOf(route).requestBody?.content ?? {})),
    ];
    const examples = types.flatMap(({ schema, example, examples: named }) =>
      [...(example === undefined ? [] : [example]), ...Object.values(named ?? {}).map(({ value }) => value)].map(
        (value) => faults(schema, value),
      ),
    );
    expect(examples.length).toBeGreaterThan(30);
    expect(examples.filter((fault) => fault !== '')).toEqual([]);
  });

  test.each<[string, unknown[], unknown[]]>([
    ['text', ['x', ' x '], ['', ' ', 5, null]],
    ['user', ['ann', 'a b', 'ü'], ['', 'a:b', 'a/b', 'a\n', 5, 'x'.repeat(257)]],
    [
      'to',
      ['ops', 'ops/disks', '@our_news', 'user:ann', 'user:a.b', ['ops'], ['ops', 'user:ann'], Array(50).fill('ops')],
      ['', 'Ops', 'ops/a/b', '@x', 'user:', 'user:a b', 'a,b', [], [5], Array(51).fill('ops'), 5, null, ['ops', '']],
    ],
    ['title', ['', 'x'.repeat(1000)], ['x'.repeat(1001), 5, null]],
    ['parse_mode', PARSE_MODES.slice(), ['markdown', '', 5]],
    ['severity', SEVERITIES.slice(), ['urgent', null]],
    ['silent', [true, false], ['true', 0]],
    ['source', ['', 'a b.py', 'x'.repeat(255)], ['a\nb', 'x'.repeat(256), 5]],
    ['wait', [0, 60_000], [-1, 60_001, 0.5, '5', null]],
    ['id', ['a', 'ä ✓', 'x'.repeat(64)], ['', 'a\n', 'x'.repeat(65), 5, 'a\u2028']],
    ['data', [{}, { a: [1] }], [[], 'x', null]],
    [
      'buttons',
      [
        [],
        [{ text: 'a', url: 'https://a.example', more: 1 }],
        [{ text: 'a', url: 'tg://x' }],
        [{ text: 'a', url: 'HTTP://a.example' }],
        [{ text: 'a', copy: 'x'.repeat(256), style: 'danger' }],
        [
          [
            { text: 'a', send: '/run a' },
            { text: 'b', copy: 'c' },
          ],
          [{ text: 'd', url: 'https://a.example' }],
        ],
      ],
      [
        {},
        [1],
        [{ text: 'a' }],
        [{ text: ' ', url: 'https://a.example' }],
        [{ text: 'x'.repeat(65), url: 'https://a.example' }],
        [{ text: 'a', url: 'ftp://a' }],
        [{ text: 'a', url: 'https://a b' }],
        [{ text: 'a', url: 'https://a.example', copy: 'b' }],
        [{ text: 'a', copy: 'x'.repeat(257) }],
        [{ text: 'a', send: 'x'.repeat(59) }],
        [{ text: 'a', send: 'b', style: 'red' }],
        [[]],
        [Array(9).fill({ text: 'a', copy: 'b' })],
        [{ text: 'a', copy: 'b' }, [{ text: 'a', copy: 'b' }]],
        Array(101).fill({ text: 'a', url: 'https://a.example' }),
      ],
    ],
  ])('and the code agree on %s', (field, right, wrong) => {
    const schema = operationOf('/send').requestBody?.content['application/json']?.schema ?? {};
    const verdicts = (value: unknown) => {
      const body = { text: 'x', [field]: value };
      let accepted = true;
      try {
        validate(sendBody, body);
      } catch {
        accepted = false;
      }
      return [faults(schema, body) === '', accepted];
    };
    for (const value of right) expect([value, ...verdicts(value)]).toEqual([value, true, true]);
    for (const value of wrong) expect([value, ...verdicts(value)]).toEqual([value, false, false]);
  });
});

describe('every answer is as described', () => {
  let running: RunningApi;
  let ann: TestUser | undefined;
  beforeAll(async () => {
    if (isRoot) ann = createUser();
    running = await startApi();
  });
  afterAll(async () => {
    await running.close();
    if (ann !== undefined) removeUser(ann);
  });
  const theAnn = () => {
    if (ann === undefined) throw new Error(NEEDS_ROOT);
    return ann;
  };
  const asAnn = (socketPath: string, method: string, path: string, body?: unknown) =>
    callAs(theAnn(), socketPath, method, path, body);

  const seen = new Set<string>();
  const check = (path: string, answer: Answered, status: number) => {
    seen.add(`${describedAs(path)} ${answer.status}`);
    expect(answer.status).toBe(status);
    expect(disagreement(path, answer)).toBe('');
  };
  const post = (path: string, body: unknown, headers?: Record<string, string>) =>
    call(running.socketPath, 'POST', path, body, headers);
  const multipart = (content: string) =>
    [`--b\r\n${content}\r\n--b--\r\n`, { 'content-type': 'multipart/form-data; boundary=b' }] as const;
  const upload = (part: string, caption = '') =>
    multipart(
      `content-disposition: form-data; name="caption"\r\n\r\n${caption}\r\n--b\r\ncontent-disposition: form-data; name="${part}"; filename="a"\r\n\r\nx`,
    );

  const sends: [string, Record<string, unknown>][] = [
    ['/send', { text: 'x' }],
    ['/send_photo', { photo_path: '/etc/hostname' }],
    ['/send_document', { document_path: '/etc/hostname' }],
  ];

  test.each(sends)('%s', async (path, body) => {
    const said = (words: string, more: object = {}) =>
      post(path, { ...body, [path === '/send' ? 'text' : 'caption']: words, ...more });
    check(path, await said('hello'), 200);
    check(path, await said('muted'), 200);
    check(path, await said('hello', { wait: 0 }), 202);
    check(path, await said('hello', { severity: 'urgent' }), 400);
    check(path, await post(path, '{'), 400);
    check(path, await said('problem:not_linked'), 404);
    check(path, await said('hello', { to: ['ops', 'user:ann'] }), 200);
    check(path, await said('hello', { to: ['ops', 'broken'] }), 200);
    check(path, await said('hello', { to: ['ops', 'user:ann'], wait: 0 }), 202);
    check(path, await said('hello', { to: ['broken', 'broken'] }), 422);
    check(path, await said('problem:unknown_destination'), 404);
    await said('hello', { id: `1 ${path}` });
    check(path, await said('other', { id: `1 ${path}` }), 409);
    check(path, await said('x'.repeat(100_001)), 413);
    check(path, await post(path, 'x', { 'content-type': 'text/plain' }), 415);
    check(path, await said('refused'), 422);
    check(path, await said('crash'), 500);
    for (const code of ['outbox_full', 'storage', 'links_unreadable']) check(path, await said(`problem:${code}`), 503);
    if (path === '/send') return;
    const part = path === '/send_photo' ? 'photo' : 'document';
    check(path, await post(path, ...upload(part)), 200);
    check(path, await post(path, ...upload('other')), 400);
    check(path, await post(path, ...upload(part, 'refused')), 422);
  });

  test('/link', async () => {
    check('/link', await post('/link', {}), 200);
    check('/link', await post('/link', undefined), 200);
    check('/link', await post('/link', { code: '012345' }), 200);
    check('/link', await post('/link', { code: 12345 }), 400);
    check('/link', await post('/link', { code: '999999' }), 404);
    check('/link', await post('/link', { code: '410410' }), 410);
    check('/link', await post('/link', { code: '429429' }), 429);
    check('/link', await post('/link', 'x'.repeat(1024 * 1024 + 1)), 413);
    check('/link', await post('/link', 'x', { 'content-type': 'text/plain' }), 415);
  });

  test('/unlink', async () => {
    check('/unlink', await post('/unlink', undefined), 200);
    check('/unlink', await post('/unlink', '[]'), 400);
    check('/unlink', await post('/unlink', 'x'.repeat(1024 * 1024 + 1)), 413);
    check('/unlink', await post('/unlink', 'x', { 'content-type': 'text/plain' }), 415);
  });

  test('what is read', async () => {
    const get = (path: string) => call(running.socketPath, 'GET', path);
    await post('/send', { text: 'x' });
    check('/status', await get('/status'), 200);
    check('/status', await get('/status?user=a:b'), 400);
    check('/messages', await get('/messages?limit=200'), 200);
    check('/messages', await get('/messages?limit=0'), 400);
    check('/metrics', await get('/metrics'), 200);
    check('/health', await get('/health'), 200);
    running.services.reasons = ['The disk is full.'];
    check('/health', await get('/health'), 503);
    running.services.reasons = [];
  });

  test('counts, pictures, a test', async () => {
    const get = (path: string) => call(running.socketPath, 'GET', path);
    check('/counts', await get('/counts?days=30'), 200);
    check('/counts', await get('/counts?days=31'), 400);
    const picture = '/messages/{id}/pictures/{n}';
    const found = await get('/messages/a%2Fb%20%C3%A4/pictures/0');
    check(picture, found, 200);
    expect(found.text).toBe('picture of a/b ä');
    expect(found.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    for (const n of ['1', 'x', '-1', '1000']) check(picture, await get(`/messages/a/pictures/${n}`), 404);
    check(picture, await get('/messages/away/pictures/0'), 503);
    check(picture, await get('/messages/a/pictures/0?user=a:b'), 400);
    check('/test', await post('/test', undefined), 200);
    check('/test', await post('/test', { wait: 0 }), 202);
    check('/test', await post('/test', { wait: -1 }), 400);
    const { makeTest } = running.services;
    for (const [text, status] of [
      ['refused', 422],
      ['problem:not_linked', 404],
    ] as const) {
      running.services.makeTest = async (user) => ({ ...(await makeTest(user)), text });
      check('/test', await post('/test', {}), status);
    }
    running.services.makeTest = makeTest;
    check('/test', await post('/test', 'x'.repeat(1024 * 1024 + 1)), 413);
    check('/test', await post('/test', 'x', { 'content-type': 'text/plain' }), 415);
  });

  test('destinations', async () => {
    const senders = '/destinations/{name}/senders';
    check('GET /destinations', await call(running.socketPath, 'GET', '/destinations'), 200);
    check('GET /destinations', await call(running.socketPath, 'GET', '/destinations?user=a:b'), 400);
    check('POST /destinations', await post('/destinations', { name: 'ops', senders: ['*'] }), 200);
    for (const wrong of [{}, { name: 'Ops' }, { name: 'ops', senders: ['nb-none'] }, { name: 'ops', senders: '*' }])
      check('POST /destinations', await post('/destinations', wrong), 400);
    check('POST /destinations', await post('/destinations', { name: 'ops', user: 'nb-none' }), 404);
    check('POST /destinations', await post('/destinations', { name: 'attic' }), 409);
    check('POST /destinations', await post('/destinations', { name: 'many' }), 429);
    check(senders, await post('/destinations/ops%2Fdisks/senders', { allow: ['root'], deny: ['%root'] }), 200);
    check(senders, await post('/destinations/ops/disks/senders', {}), 200);
    check(senders, await post('/destinations/Ops/senders', {}), 400);
    check(senders, await post('/destinations/nws/senders', {}), 404);
    for (const [route, path] of [
      ['POST /destinations', '/destinations'],
      [senders, '/destinations/news/senders'],
    ] as const) {
      check(route, await post(path, 'x'.repeat(1024 * 1024 + 1)), 413);
      check(route, await post(path, 'x', { 'content-type': 'text/plain' }), 415);
    }
    const remove = (name: string) => call(running.socketPath, 'DELETE', `/destinations/${name}`);
    check('/destinations/{name}', await remove('Ops'), 400);
    check('/destinations/{name}', await remove('nws'), 404);
    check('/destinations/{name}', await remove('ops%2Fdisks'), 200);
    check('/destinations/{name}', await remove('ops/disks'), 404);
  });

  test('questions', async () => {
    const [asked, cancelled] = ['GET /ask/{id}', 'DELETE /ask/{id}'] as const;
    const get = (path: string) => call(running.socketPath, 'GET', path);
    const remove = (path: string) => call(running.socketPath, 'DELETE', path);
    const one = { text: 'Now?', choices: ['Yes', 'No', 'Later'], timeout: '7d', to: ['ops', 'board'], id: 'a/b ä' };
    check('/ask', await post('/ask', one), 200);
    check('/ask', await post('/ask', { text: 'Now?' }), 200);
    for (const wrong of [
      {},
      { text: '' },
      { ...one, choices: ['a'] },
      { ...one, choices: ['a', 'a'] },
      { ...one, may: [] },
    ])
      check('/ask', await post('/ask', wrong), 400);
    for (const timeout of ['0', '8d', 'soon', '10', 5]) check('/ask', await post('/ask', { ...one, timeout }), 400);
    for (const [code, status] of [
      ['not_linked', 404],
      ['chat_muted', 409],
      ['id_conflict', 409],
      ['too_many_questions', 429],
      ['outbox_full', 503],
    ] as const) {
      check('/ask', await post('/ask', { text: `problem:${code}` }), status);
    }
    check('/ask', await post('/ask', 'x'.repeat(1024 * 1024 + 1)), 413);
    check('/ask', await post('/ask', 'x', { 'content-type': 'text/plain' }), 415);
    const path = `/ask/${encodeURIComponent(one.id)}`;
    check(asked, await get(path), 200);
    check(asked, await get(`${path}?wait=60000`), 200);
    check(asked, await get(`${path}?wait=60001`), 400);
    check(asked, await get('/ask/other'), 404);
    check(cancelled, await remove(path), 200);
    check(cancelled, await remove(`${path}?user=a:b`), 400);
    check(cancelled, await remove('/ask/other'), 404);
  });

  test('messages that are taken back', async () => {
    const remove = (id: string, more = '') => call(running.socketPath, 'DELETE', `/messages/${id}${more}`);
    check('/messages/{id}', await remove('waiting'), 200);
    check('/messages/{id}', await remove('both'), 200);
    check('/messages/{id}', await remove('waiting', '?user=a:b'), 400);
    check('/messages/{id}', await remove('gone'), 404);
    check('/messages/{id}', await remove('old'), 422);
    check('/messages/{id}', await remove('away'), 503);
  });

  test('alerts', async () => {
    const posted = (alerts: unknown, query = '') => post(`/alerts${query}`, alerts);
    const taken = await posted([{ labels: { alertname: 'DiskFull' }, annotations: { summary: 'x' } }]);
    check('POST /alerts', taken, 200);
    check('POST /alerts', await posted([{ labels: {} }]), 400);
    check('POST /alerts', await posted([], '?to=nb-no!'), 400);
    check('POST /alerts', await posted('x'.repeat(1024 * 1024 + 1)), 413);
    check('POST /alerts', await post('/alerts', '[]', { 'content-type': 'text/plain' }), 415);
    check('GET /alerts', await call(running.socketPath, 'GET', '/alerts'), 200);
    check('GET /alerts', await call(running.socketPath, 'GET', '/alerts?state=burning'), 400);
    const [{ fingerprint }] = taken.body.alerts as [{ fingerprint: string }];
    const show = (id: string) => call(running.socketPath, 'GET', `/alerts/${id}`);
    check('/alerts/:fingerprint', await show(fingerprint), 200);
    check('/alerts/:fingerprint', await show('x'), 400);
    check('/alerts/:fingerprint', await show('0123456789abcdef'), 404);
    const bodies = {
      ack: { for: '4h', comment: 'x' },
      unack: {},
      silence: { for: '1h' },
      comment: { text: 'x' },
      resolve: {},
    };
    for (const [action, body] of Object.entries(bodies)) {
      const route = `/alerts/:fingerprint/${action}`;
      const path = `/alerts/${fingerprint}/${action}`;
      check(route, await post(path, body), 200);
      check(route, await post(path, { user: 5 }), 400);
      check(route, await post(`/alerts/0123456789abcdef/${action}`, body), 404);
      check(route, await post(path, 'x'.repeat(1024 * 1024 + 1)), 413);
      check(route, await post(path, 'x', { 'content-type': 'text/plain' }), 415);
    }
    check('/alerts/:fingerprint/ack', await post(`/alerts/${fingerprint}/ack`, {}), 409);
  });

  test.skipIf(!isRoot)('alerts of an account that is not known (asking for another needs root)', async () => {
    check('GET /alerts', await call(running.socketPath, 'GET', '/alerts?user=nb-none'), 404);
    check('POST /alerts', await post('/alerts?user=nb-none', []), 404);
  });

  test('scripts and mutes', async () => {
    const get = (path: string) => call(running.socketPath, 'GET', path);
    check('/scripts', await get('/scripts'), 200);
    check('/scripts', await get('/scripts?user=a:b'), 400);
    check('/scripts/log', await get('/scripts/log?name=rev&lines=200'), 200);
    for (const path of ['', '?name=a/b', '?name=rev&lines=201'])
      check('/scripts/log', await get(`/scripts/log${path}`), 400);
    check('/scripts/log', await get('/scripts/log?name=gone.py'), 404);
    check('/scripts/run', await post('/scripts/run', { name: 'rev.py' }), 200);
    check('/scripts/run', await post('/scripts/run', { name: 'rev.py', wait: 0 }), 202);
    check('/scripts/run', await post('/scripts/run', { name: '..' }), 400);
    check('/scripts/run', await post('/scripts/run', { name: 'gone.py' }), 404);
    check('/scripts/run', await post('/scripts/run', { name: 'busy.py' }), 409);
    check('/scripts/run', await post('/scripts/run', { name: 'many.py' }), 429);
    check('/scripts/run', await post('/scripts/run', { name: 'lost.py' }), 503);
    check('/mute', await post('/mute', {}), 200);
    expect((await post('/mute', { script: 'rev', for: '2h' })).body.muted_until).toBe('2026-01-30T14:00:00.000Z');
    for (const wrong of ['5', '', 'soon', '-1h', '0s', '11y', 5])
      check('/mute', await post('/mute', { for: wrong }), 400);
    check('/unmute', await post('/unmute', undefined), 200);
    check('/unmute', await post('/unmute', { script: '' }), 400);
    for (const path of ['/scripts/run', '/mute', '/unmute']) {
      check(path, await post(path, 'x'.repeat(1024 * 1024 + 1)), 413);
      check(path, await post(path, 'x', { 'content-type': 'text/plain' }), 415);
    }
  });

  test('beats', async () => {
    const [posted, listed] = ['POST /beat', 'GET /beat'] as const;
    const beat = (body: unknown, headers?: Record<string, string>) => post('/beat', body, headers);
    check(posted, await beat(undefined), 200);
    check(posted, await beat({ expect_within: 34_560_000 }), 200);
    check(posted, await beat({ end: true }), 200);
    const { beats, noted } = running.services;
    expect(beats.map(([, withinMs]) => withinMs)).toEqual([3_600_000, 34_560_000_000, 0]);
    // What ends a runner ends what its scripts expect.
    expect(noted.splice(0)).toEqual([[true, []]]);
    const script = { name: 'rev.py', every: '90m', to: 'ops', succeeded_at: '2026-01-30T12:00:00.000Z' };
    check(posted, await beat({ scripts: [script, { name: 'x', every: '1d' }] }), 200);
    check(posted, await beat({ script }), 200);
    const read = { name: 'rev.py', everyMs: 5_400_000, to: ['ops'], succeededAt: Date.parse('2026-01-30T12:00:00Z') };
    expect(noted).toEqual([
      [true, [read, { name: 'x', everyMs: 86_400_000 }]],
      [false, [read]],
    ]);
    const first = await beat({ name: 'backup', every: '1d', grace: '0', to: ['ops', 'ops'] });
    check(posted, first, 200);
    expect(first.body.beat).toEqual({
      name: 'backup',
      every: '1d',
      grace: '0s',
      at: '2026-01-30T12:00:00.000Z',
      late_after: '2026-01-31T12:00:00.000Z',
      overdue: false,
      script: false,
      to: ['ops'],
    });
    check(posted, await beat({ name: 'backup', end: true }), 200);
    check(posted, await beat({ name: 'other' }), 404);
    check(posted, await beat({ name: 'many', every: '1d' }), 429);
    for (const wrong of [0, -1, 1.5, 34_560_001, '60', null]) check(posted, await beat({ expect_within: wrong }), 400);
    for (const every of ['0', '59s', '401d', '5', 'often', 60]) check(posted, await beat({ name: 'a', every }), 400);
    for (const grace of ['31d', '-1h', '5', 'some', 60])
      check(posted, await beat({ name: 'a', every: '1d', grace }), 400);
    for (const name of ['', 'a\nb', 'x'.repeat(129), 5]) check(posted, await beat({ name, every: '1d' }), 400);
    const many = Array.from({ length: 101 }, (_, n) => ({ name: `s${n}`, every: '1d' }));
    for (const scripts of [many, [{ name: 'x' }], [{ ...script, succeeded_at: 'today' }], 'rev.py'])
      check(posted, await beat({ scripts }), 400);
    check(posted, await beat('x'.repeat(1024 * 1024 + 1)), 413);
    check(posted, await beat('x', { 'content-type': 'text/plain' }), 415);
    check(listed, await call(running.socketPath, 'GET', '/beat'), 200);
    check(listed, await call(running.socketPath, 'GET', '/beat?user=a:b'), 400);
  });

  test.skipIf(!isRoot)('beats of an account that is none (asking for another needs root)', async () => {
    check('GET /beat', await call(running.socketPath, 'GET', '/beat?user=nb-none'), 404);
  });

  test.skipIf(!isRoot)('scripts of an account that runs none (asking for another needs root)', async () => {
    check('/scripts', await call(running.socketPath, 'GET', '/scripts?user=nb-none'), 404);
  });

  test('settings of people', async () => {
    const [asked, changed] = ['GET /settings', 'POST /settings'] as const;
    const get = () => call(running.socketPath, 'GET', '/settings');
    const change = (body: unknown, headers?: Record<string, string>) => post('/settings', body, headers);
    check(asked, await get(), 200);
    check(changed, await change({ quiet: '22:00-07:00', digest: null }), 200);
    expect((await get()).body).toMatchObject({ quiet: '22:00-07:00', digest: null });
    for (const wrong of [{}, { quiet: 5 }, { digest: 'x'.repeat(301) }, { timezone: 'Nowhere' }, { theme: 'dark' }]) {
      check(changed, await change(wrong), 400);
    }
    check(changed, await change('x'.repeat(1024 * 1024 + 1)), 413);
    check(changed, await change('x', { 'content-type': 'text/plain' }), 415);
  });

  test.skipIf(!isRoot)('settings of a name without an account (asking for another needs root)', async () => {
    check('POST /settings', await post('/settings', { user: 'nb-nobody-has-this', digest: '15m' }), 404);
  });

  test('rotations', async () => {
    const path = '/rotations/primary/override';
    const [make, clear] = ['POST /rotations/:name/override', 'DELETE /rotations/:name/override'] as const;
    check('/rotations', await call(running.socketPath, 'GET', '/rotations'), 200);
    check('/rules', await call(running.socketPath, 'GET', '/rules'), 200);
    check(make, await post(path, { person: 'root', until: '1h' }), 200);
    check('/rotations', await call(running.socketPath, 'GET', '/rotations'), 200);
    for (const wrong of [{}, { person: 'root', until: 'soon' }, { person: 'root', from: '2h', until: '1h' }]) {
      check(make, await post(path, wrong), 400);
    }
    check(make, await post(path, { person: 'root', until: '2999-01-01T00:00:00Z' }), 400);
    check(make, await post(path, { person: 'nb-nobody-has-this', until: '1h' }), 404);
    check(make, await post('/rotations/primry/override', { person: 'root', until: '1h' }), 404);
    check(make, await post(path, 'x'.repeat(1024 * 1024 + 1)), 413);
    check(make, await post(path, 'x', { 'content-type': 'text/plain' }), 415);
    check(clear, await call(running.socketPath, 'DELETE', path), 200);
    check(clear, await call(running.socketPath, 'DELETE', `/rotations/${'x'.repeat(65)}/override`), 404);
  });

  test('what goes on', async () => {
    const stream = await openStream(running.socketPath);
    await waitFor(() => stream.text() !== '');
    check('/events', answered(stream.status, stream.headers, stream.text()), 200);
    stream.close();
    check('/events', await call(running.socketPath, 'GET', '/events?all=perhaps'), 400);
  });

  test('every path with a wrong method, a wrong expectation, a head too large', async () => {
    for (const endpoint of ENDPOINTS) {
      const { path, method } = endpoint;
      const route = routeOf(endpoint);
      const isTaken = (other: string) => ENDPOINTS.some((one) => one.path === path && one.method === other);
      const wrong = ['GET', 'POST', 'DELETE'].find((other) => !isTaken(other)) ?? '';
      check(route, await call(running.socketPath, wrong, path), 405);
      check(route, await call(running.socketPath, method, path, undefined, { expect: 'more' }), 417);
      check(route, await call(running.socketPath, method, path, undefined, { x: 'y'.repeat(20_000) }), 431);
    }
  });

  test('a path that is not described', async () => {
    const answer = await call(running.socketPath, 'GET', '/none');
    expect(answer.status).toBe(404);
    expect(faults(description.components.schemas.Error ?? {}, answer.body)).toBe('');
  });

  test('no request at all', async () => {
    const connection = await rawConnection(running.socketPath);
    connection.socket.write('hello\r\n\r\n');
    await connection.closed;
    const [head = '', body = ''] = connection.received().split('\r\n\r\n');
    expect(head).toContain('content-type: application/json; charset=utf-8');
    for (const route of ROUTES) {
      check(route, answered(Number(head.slice(9, 12)), { 'content-type': 'application/json' }, body), 400);
    }
  });

  describe.skipIf(!isRoot)(`with other users (${NEEDS_ROOT})`, () => {
    test('every path for somebody else, and for nobody', async () => {
      const forOther: Record<string, [string, unknown?]> = {
        '/send': ['/send', { text: 'x', user: 'root' }],
        '/send_photo': ['/send_photo', { photo_path: '/etc/shadow' }],
        '/send_document': ['/send_document', { document_path: '/etc/hostname', user: 'root' }],
        '/link': ['/link', { user: 'root' }],
        '/unlink': ['/unlink', { user: 'root' }],
        '/status': ['/status?user=root'],
        '/messages': ['/messages?user=root'],
        '/events': ['/events?all=true'],
        '/counts': ['/counts?all=true'],
        '/messages/:id/pictures/:n': ['/messages/a/pictures/0?user=root'],
        '/test': ['/test', { user: 'root' }],
        '/users': ['/users'],
        '/queue': ['/queue'],
        '/failed': ['/failed'],
        '/scripts': ['/scripts?user=root'],
        '/scripts/run': ['/scripts/run', { name: 'rev.py', user: 'root' }],
        '/scripts/log': ['/scripts/log?name=rev.py&user=root'],
        '/mute': ['/mute', { user: 'root' }],
        '/unmute': ['/unmute', { user: 'root' }],
        '/retry': ['/retry', { delivery: 'known' }],
        'GET /settings': ['/settings?user=root'],
        'POST /settings': ['/settings', { user: 'root', digest: '15m' }],
        '/rules': ['/rules'],
        'POST /rotations/:name/override': ['/rotations/primary/override', { person: 'root', until: '1h' }],
        'DELETE /rotations/:name/override': ['/rotations/primary/override'],
        'GET /destinations': ['/destinations?user=root'],
        'POST /destinations': ['/destinations', { name: 'ops', user: 'root' }],
        'GET /alerts': ['/alerts?user=root'],
        'POST /alerts': ['/alerts?user=root', []],
        '/alerts/:fingerprint': ['/alerts/0123456789abcdef?user=root'],
        ...Object.fromEntries(
          ['ack', 'unack', 'resolve', 'silence', 'comment'].map((action) => [
            `/alerts/:fingerprint/${action}`,
            [`/alerts/0123456789abcdef/${action}`, { user: 'root', for: '1h', text: 'x' }] as [string, unknown],
          ]),
        ),
        '/destinations/:name': ['/destinations/attic'],
        '/destinations/:name/senders': ['/destinations/attic/senders', {}],
      };
      const nobody = { uid: 3_999_999_998, gid: 3_999_999_998, hasAccount: false };
      for (const endpoint of ENDPOINTS) {
        const { path, method } = endpoint;
        const route = routeOf(endpoint);
        const [target, body] = forOther[route] ?? [path];
        const known = forOther[route] !== undefined;
        const answer = known
          ? await asAnn(running.socketPath, method, target, body)
          : await callAs(nobody, running.socketPath, method, target);
        check(route, answer, 403);
      }
    });

    test('a caller over their rate', async () => {
      const limited = await startApi({ ratePerMinute: 1 });
      try {
        await asAnn(limited.socketPath, 'GET', '/status');
        const ordinary = ENDPOINTS.filter(({ isMonitoring }) => isMonitoring !== true);
        for (const endpoint of ordinary) {
          const { path, method } = endpoint;
          check(routeOf(endpoint), await asAnn(limited.socketPath, method, path), 429);
        }
        for (const path of ['/health', '/metrics']) {
          // Their rate has two more a second: it is over only while many are asked for.
          const many = askAs(theAnn(), limited.socketPath, path, 5000);
          const answers = async () => asAnn(limited.socketPath, 'GET', path);
          let answer = await answers();
          while (answer.status === 200) answer = await answers();
          check(path, answer, 429);
          await many;
        }
      } finally {
        await limited.close();
      }
    });

    test('what the sysadmin sees', async () => {
      for (const path of ['/queue', '/failed']) {
        check(path, await call(running.socketPath, 'GET', `${path}?limit=1000`), 200);
        check(path, await call(running.socketPath, 'GET', `${path}?limit=1001`), 400);
      }
      check('/users', await call(running.socketPath, 'GET', '/users'), 200);
    });

    test('a retry', async () => {
      check('/retry', await post('/retry', { delivery: 'known' }), 200);
      check('/retry', await post('/retry', { delivery: 5 }), 400);
      check('/retry', await post('/retry', { delivery: 'unknown' }), 404);
      check('/retry', await post('/retry', 'x'.repeat(1024 * 1024 + 1)), 413);
      check('/retry', await post('/retry', undefined), 415);
    });
  });

  test('every path while the accounts cannot be read', async () => {
    const broken = await startApi(
      {},
      createAccounts({ command: '/bin/false', passwd: createPasswdFile('/dev/null', '/dev/null') }),
    );
    try {
      for (const endpoint of ENDPOINTS) {
        const { path, method } = endpoint;
        check(routeOf(endpoint), await call(broken.socketPath, method, path), 503);
      }
    } finally {
      await broken.close();
    }
  });

  test.skipIf(!isRoot)('and none is described that these did not provoke, but what takes long or an accident', () => {
    const rare = new Set(['408', '500']);
    const described = ROUTES.flatMap((route) =>
      Object.keys(operationOf(route).responses)
        .filter((status) => !rare.has(status))
        .map((status) => `${describedAs(route)} ${status}`),
    );
    expect(described.filter((pair) => !seen.has(pair))).toEqual([]);
  });
});
