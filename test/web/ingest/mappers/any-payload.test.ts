/** Payloads with anything in any place: a mapper makes alerts that the bot takes, or says what is wrong. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../../../../src/core/problem.ts';
import { readPostedAlerts } from '../../../../src/shared/api/alerts/posted-alerts.ts';
import { MAPPERS } from '../../../../src/web/ingest/mappers/mappers.ts';
import { NOW } from './support.ts';

const webhook = {
  alerts: [
    {
      status: 'resolved',
      labels: { alertname: 'A' },
      annotations: { summary: 's' },
      startsAt: '2026-01-31T08:00:00Z',
      endsAt: '',
      generatorURL: 'http://x/',
      panelURL: 'http://x/',
      values: { B: 1.5 },
    },
  ],
};
const repository = { full_name: 'o/r', html_url: 'https://x/o/r' };
const project = { path_with_namespace: 'o/r', web_url: 'https://x/o/r' };

/** A payload of each source, with the name of its event. */
const PAYLOADS: readonly (readonly [source: string, payload: object, event?: string])[] = [
  ['alertmanager', webhook],
  ['grafana', webhook],
  [
    'github',
    {
      action: 'completed',
      repository,
      workflow: { name: 'test' },
      workflow_run: {
        name: 'test',
        conclusion: 'failure',
        head_branch: 'main',
        head_repository: repository,
        html_url: 'https://x/',
        display_title: 't',
        updated_at: '2026-01-31T08:59:00Z',
      },
    },
    'workflow_run',
  ],
  [
    'github',
    {
      repository,
      deployment: { environment: 'e', ref: 'r' },
      deployment_status: {
        state: 'success',
        description: 'd',
        log_url: 'https://x/',
        updated_at: '2026-01-31T08:59:00Z',
      },
    },
    'deployment_status',
  ],
  [
    'github',
    {
      action: 'created',
      repository,
      alert: {
        number: 1,
        html_url: 'https://x/',
        rule: { description: 'd' },
        security_advisory: { summary: 's', severity: 'high' },
      },
    },
    'dependabot_alert',
  ],
  [
    'gitlab',
    {
      object_kind: 'pipeline',
      project,
      object_attributes: {
        id: 1,
        ref: 'main',
        status: 'failed',
        finished_at: '2026-01-31 08:59:00 UTC',
        url: 'https://x/',
      },
      merge_request: { iid: 1, title: 't' },
      commit: { title: 'c' },
    },
  ],
  [
    'gitlab',
    {
      object_kind: 'deployment',
      project,
      status: 'success',
      environment: 'e',
      commit_title: 'c',
      deployable_url: 'https://x/',
    },
  ],
  [
    'healthchecks',
    {
      check: { name: 'n', status: 'down', tags: 't', desc: 'd', unique_key: 'k', last_ping: 'l' },
      now: '2026-01-31T08:59:00Z',
      body: 'b',
      exit_status: '1',
    },
  ],
  [
    'uptime-kuma',
    {
      msg: 'm',
      heartbeat: { status: 0, time: '2026-01-31 08:59:00.905', msg: 'm' },
      monitor: { id: 1, name: 'n', type: 'http', url: 'https://x/', hostname: 'h' },
    },
  ],
  ['uptime-kuma', { msg: 'Testing', heartbeat: null, monitor: null }],
  [
    'generic',
    {
      title: 't',
      message: 'm',
      severity: 'high',
      state: 'resolved',
      key: 'k',
      link: 'https://x/',
      starts_at: '2026-01-31T08:00:00Z',
    },
  ],
];

/** Texts that break things: control characters, halves of a pair, great lengths, odd times. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000\u0007', '\ud800', '__proto__', '0001-01-01T00:00:00Z', '+275760-09-13T00:00:00Z'),
  fc.constantFrom('2026-01-31T08:00:00Z', '1969-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'javascript:alert(1)'),
  fc.constantFrom('x'.repeat(5000), '\ud83d\ude00'.repeat(3000)),
);
const anything = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.integer(),
  fc.constantFrom<unknown>(null, true, Number.MAX_VALUE, [], {}, [[]], { a: 'b' }, undefined),
);

/** The paths of all values in a payload. */
function pathsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [...(path.length === 0 ? [] : [path]), ...inner.flatMap(([name, one]) => pathsIn(one, [...path, name]))];
}

/** A copy with another value in some place; a place that is gone is left out. */
function replaced(payload: unknown, [name = '', ...rest]: readonly string[], by: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, name)) return payload;
  const old = (payload as Record<string, unknown>)[name];
  const next = rest.length === 0 ? by : replaced(old, rest, by);
  return Array.isArray(payload)
    ? payload.map((one, index) => (String(index) === name ? next : one))
    : { ...payload, [name]: next };
}

const CASES = PAYLOADS.map(([source, payload, event = '']) => ({ source, payload, event }));

test.each(CASES)('$source $event', ({ source, payload, event }) => {
  const map = MAPPERS.get(source);
  if (map === undefined) throw new Error('no such source');
  const paths = pathsIn(payload);
  const changes = fc.array(fc.tuple(fc.constantFrom(...paths), anything), { maxLength: 3 });
  let taken = 0;
  fc.assert(
    fc.property(changes, (all) => {
      const given = all.reduce<unknown>((before, [path, by]) => replaced(before, path, by), payload);
      try {
        const result = map(given, { now: NOW, event });
        if ('ignored' in result) return;
        const { alerts, wrong, fault = '' } = readPostedAlerts(result.alerts, NOW);
        taken += alerts.length;
        // Labels that a source chooses itself stay as they are: they are what its alerts are known by.
        if (wrong > 0)
          expect([source, fault]).toEqual([
            expect.stringMatching(/^(alertmanager|grafana)$/),
            expect.stringContaining('labels'),
          ]);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        expect(error).toMatchObject({ code: 'bad_field' });
      }
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(100);
});
