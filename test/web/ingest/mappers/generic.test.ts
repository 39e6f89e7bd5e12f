import { expect, test } from 'vitest';
import { mapGeneric } from '../../../../src/web/ingest/mappers/generic.ts';
import { alertsOf, NOW } from './support.ts';

test('a title is enough', () => {
  expect(alertsOf(mapGeneric, { title: 'Backup failed' })).toEqual([
    {
      labels: { alertname: 'Backup failed' },
      annotations: { summary: 'Backup failed' },
      startsAt: '2026-01-31T09:00:00.000Z',
    },
  ]);
});

test('a key and labels name the alert, so that texts and severity may change while it fires', () => {
  const named = { key: 'backup', labels: { host: 'db1', shard: 2, nightly: true } };
  const fires = { ...named, title: 'Backup failed', message: 'Disk full', severity: 'high', link: 'https://x.example' };
  const labels = { alertname: 'backup', key: 'backup', host: 'db1', shard: '2', nightly: 'true' };
  expect(alertsOf(mapGeneric, fires)).toEqual([
    {
      labels,
      annotations: { summary: 'Backup failed', description: 'Disk full', severity: 'high' },
      startsAt: '2026-01-31T09:00:00.000Z',
      generatorURL: 'https://x.example',
    },
  ]);
  expect(alertsOf(mapGeneric, { ...named, title: 'Backup is fine', state: 'resolved' })).toMatchObject([
    { labels, endsAt: '2026-01-31T09:00:00.000Z' },
  ]);
});

test('times of the sender, and annotations of their own', () => {
  const given = {
    title: 'Certificate',
    starts_at: '2026-01-31T08:00:00Z',
    ends_at: '2026-02-01T08:00:00+01:00',
    annotations: { action_required: 'Renew it', days: 3 },
  };
  expect(alertsOf(mapGeneric, given)).toMatchObject([
    {
      startsAt: '2026-01-31T08:00:00.000Z',
      endsAt: '2026-02-01T08:00:00+01:00',
      annotations: { action_required: 'Renew it', days: '3' },
    },
  ]);
});

test('labels keep names that every object inherits', () => {
  const given = JSON.parse('{"title": "x", "labels": {"__proto__": 1, "constructor": "c"}}');
  expect(Object.entries(alertsOf(mapGeneric, given)[0]?.labels ?? {})).toEqual([
    ['alertname', 'x'],
    ['__proto__', '1'],
    ['constructor', 'c'],
  ]);
});

test('a list of several', () => {
  expect(alertsOf(mapGeneric, [{ title: 'a' }, { title: 'b' }])).toHaveLength(2);
});

test.each([
  ['neither title nor key', { message: 'x' }, 'The body: expected a title or a key.'],
  ['a blank title', { title: ' ' }, 'title: expected a text that is not blank.'],
  ['another state', { title: 'x', state: 'bad' }, 'state: expected one of firing, resolved, found "bad".'],
  ['another severity', { title: 'x', severity: 'fatal' }, 'severity: expected one of'],
  ['a time that is none', { title: 'x', ends_at: 'soon' }, 'ends_at: expected a time such as 2026-01-31T09:00:00Z'],
  [
    'an object as label',
    { title: 'x', labels: { a: {} } },
    'labels.a: expected a string, a number or a boolean, found an object.',
  ],
  ['a text', 'Backup failed', 'The body: expected an object, found "Backup failed".'],
  ['a wrong one in a list', [{ title: 'x' }, { title: 7 }], '[1].title: expected a string, found 7.'],
])('%s is refused with what is wrong', (_, payload, sentence) => {
  expect(() => mapGeneric(payload, { now: NOW })).toThrow(sentence);
});
