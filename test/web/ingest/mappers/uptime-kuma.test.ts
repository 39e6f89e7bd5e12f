import { expect, test } from 'vitest';
import { mapUptimeKuma } from '../../../../src/web/ingest/mappers/uptime-kuma.ts';
import { alertsOf, NOW } from './support.ts';

const payload = (status: number) => ({
  heartbeat: {
    monitorID: 10,
    status,
    time: '2026-01-31 08:59:00.905',
    msg: 'connect ECONNREFUSED 10.0.0.7:443',
    important: true,
    duration: 60,
    timezone: 'Europe/Berlin',
    timezoneOffset: '+01:00',
    localDateTime: '2026-01-31 09:59:00',
  },
  monitor: {
    id: 10,
    name: 'Shop',
    type: 'http',
    url: 'https://shop.example.org',
    hostname: null,
    port: null,
    tags: [],
  },
  msg: '[Shop] [🔴 Down] connect ECONNREFUSED 10.0.0.7:443',
});
const LABELS = { alertname: 'UptimeKuma', monitor: 'Shop', monitor_id: '10', type: 'http' };

test('a monitor that is down fires, and is over when it is up', () => {
  expect(alertsOf(mapUptimeKuma, payload(0))).toEqual([
    {
      labels: LABELS,
      annotations: { summary: 'Shop is down', description: 'connect ECONNREFUSED 10.0.0.7:443' },
      startsAt: '2026-01-31T08:59:00.905Z',
      generatorURL: 'https://shop.example.org',
    },
  ]);
  expect(alertsOf(mapUptimeKuma, payload(1))).toMatchObject([{ labels: LABELS, endsAt: '2026-01-31T08:59:00.905Z' }]);
});

test('a monitor without an address has no link', () => {
  const ping = {
    ...payload(0),
    monitor: { id: 3, name: 'Router', type: 'ping', url: 'https://', hostname: '10.0.0.1' },
  };
  const [alert] = alertsOf(mapUptimeKuma, ping);
  expect(alert?.generatorURL).toBeUndefined();
  expect(alert?.annotations.hostname).toBe('10.0.0.1');
});

test.each([2, 3])('the status %i changes nothing', (status) => {
  expect(mapUptimeKuma(payload(status), { now: NOW })).toHaveProperty('ignored');
});

test('a test, or a notice of a certificate, is an alert that is over after an hour', () => {
  const msg = 'My Notification Alert (1) Testing';
  expect(alertsOf(mapUptimeKuma, { heartbeat: null, monitor: null, msg })).toEqual([
    {
      labels: { alertname: 'UptimeKuma', notice: msg },
      annotations: { summary: msg },
      startsAt: '2026-01-31T09:00:00.000Z',
      endsAt: '2026-01-31T10:00:00.000Z',
    },
  ]);
});

test('names on several lines, and long ones, become labels that the bot takes', () => {
  const odd = { ...payload(0), monitor: { id: 1, name: `a\n\tb${'x'.repeat(2000)}`, type: 'http' } };
  const [alert] = alertsOf(mapUptimeKuma, odd);
  expect(alert?.labels.monitor).toMatch(/^a bx+…$/);
  expect(alert?.labels.monitor).toHaveLength(1024);
});

test('another payload is refused', () => {
  expect(() => mapUptimeKuma({ heartbeat: { status: 'down' }, monitor: {} }, { now: NOW })).toThrow(
    'heartbeat.status: expected a number, found "down".',
  );
});
