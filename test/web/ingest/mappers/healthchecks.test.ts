import { expect, test } from 'vitest';
import { mapHealthchecks } from '../../../../src/web/ingest/mappers/healthchecks.ts';
import { alertsOf, NOW } from './support.ts';

/** What `$JSON` stands for. */
const check = (status: string) => ({
  name: 'Database Backup',
  slug: 'database-backup',
  tags: 'production db',
  desc: 'Runs ~/db-backup.sh',
  grace: 1200,
  n_pings: 7,
  status,
  started: false,
  last_ping: '2026-01-31T07:19:32+00:00',
  next_ping: null,
  manual_resume: false,
  methods: '',
  unique_key: 'a6c7b0a8a66bed0df66abfdab3c77736861703ee',
  timeout: 3600,
});
const LABELS = {
  alertname: 'Healthchecks',
  check: 'Database Backup',
  check_id: 'a6c7b0a8a66bed0df66abfdab3c77736861703ee',
};
const FIRES = {
  labels: LABELS,
  annotations: {
    summary: 'Database Backup is down',
    description: 'Runs ~/db-backup.sh',
    tags: 'production db',
    last_ping: '2026-01-31T07:19:32+00:00',
  },
  startsAt: '2026-01-31T09:00:00.000Z',
};

test('a check that is down fires, and is over when it is up', () => {
  expect(alertsOf(mapHealthchecks, check('down'))).toEqual([FIRES]);
  expect(alertsOf(mapHealthchecks, check('up'))).toMatchObject([
    { labels: LABELS, annotations: { summary: 'Database Backup is up' }, endsAt: '2026-01-31T09:00:00.000Z' },
  ]);
});

test('the check may stand in a field, beside what else the user chose', () => {
  const payload = { check: check('down'), now: '2026-01-31T08:59:00+00:00', body: 'disk full', exit_status: '3' };
  expect(alertsOf(mapHealthchecks, payload)).toEqual([
    {
      ...FIRES,
      annotations: { ...FIRES.annotations, description: 'disk full', exit_status: '3' },
      startsAt: '2026-01-31T08:59:00.000Z',
    },
  ]);
});

test('a body of the user’s own with placeholders', () => {
  const payload = { name: 'Nightly', status: 'down', code: '31365bce-8da9-4729-8ff3-aaa71d56b712', exit_status: '-1' };
  expect(alertsOf(mapHealthchecks, payload)).toEqual([
    {
      labels: { alertname: 'Healthchecks', check: 'Nightly', check_id: '31365bce-8da9-4729-8ff3-aaa71d56b712' },
      annotations: { summary: 'Nightly is down' },
      startsAt: '2026-01-31T09:00:00.000Z',
    },
  ]);
});

test.each(['new', 'paused', 'grace', 'started', 'constructor'])('a check that is %s changes nothing', (status) => {
  expect(mapHealthchecks(check(status), { now: NOW })).toHaveProperty('ignored');
});

test('a body without a status is refused', () => {
  expect(() => mapHealthchecks({ name: 'Nightly' }, { now: NOW })).toThrow('status: this field is required.');
});
