import { expect, test } from 'vitest';
import { alertsText, otherLabels, readAlerts } from '../../../../src/shared/api/alerts/alert-list.ts';
import type { AlertAnswer } from '../../../../src/shared/api/alerts/answers.ts';
import type { AlertsRequest } from '../../../../src/shared/api/alerts/client.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const firing: AlertAnswer = {
  fingerprint: 'aaaa111111111111',
  owner: 'ann',
  state: 'firing',
  labels: { alertname: 'DiskFull', host: 'db1' },
  annotations: {},
  starts_at: '2026-03-01T11:30:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
  source: 'socket',
  comments: [],
  flapping: true,
  told: [],
  routes: [],
};
const acknowledged: AlertAnswer = {
  ...firing,
  state: 'acknowledged',
  fingerprint: 'bbbb222222222222',
  labels: { key: 'a\u001bb' },
  flapping: false,
  acknowledgement: { by: 'bob', at: '2026-03-01T11:00:00.000Z', until: '2026-03-01T15:00:00.000Z' },
};
const silenced: AlertAnswer = {
  ...acknowledged,
  owner: 'root',
  state: 'silenced',
  labels: { alertname: 'Cpu' },
  silence: { by: 'eve', until: '2026-03-02T12:00:00.000Z' },
};

test('a table shows what is open, for how long, and who takes care', () => {
  expect(alertsText({ alerts: [firing, acknowledged], total: 2 }, undefined, NOW)).toBe(
    'STATE         ALERT             LABELS          FOR  BY            FINGERPRINT\n' +
      'firing        DiskFull          host=db1        30m  flapping      aaaa111111111111\n' +
      'acknowledged  bbbb222222222222  key="a\\u001bb"  30m  bob, 3h left  bbbb222222222222\n',
  );
});

test('a table names owners where there are several, and how many are left out', () => {
  const text = alertsText({ alerts: [firing, silenced], total: 12 }, undefined, NOW);
  expect(text).toContain('firing    DiskFull  host=db1  ann    30m  flapping ');
  expect(text).toContain('silenced  Cpu                 root   30m  eve, 1d left');
  expect(text).toMatch(/\nand 10 more\n$/);
});

test('an empty list says so', () => {
  expect(alertsText({ alerts: [], total: 0 }, undefined, NOW)).toBe('No alert is open.\n');
  expect(alertsText({ alerts: [], total: 0 }, 'silenced', NOW)).toBe('No alert is silenced.\n');
});

test.each([
  [{ alertname: 'a' }, ''],
  [{ host: 'db1:9100', path: '/var/lib', note: 'two words' }, 'host=db1:9100 path=/var/lib note="two words"'],
])('the labels %j beside the name', (labels, expected) => {
  expect(otherLabels({ labels })).toBe(expected);
});

/** Lists `count` alerts of each state. */
function pages(count: number) {
  const asked: AlertsRequest[] = [];
  return {
    asked,
    async alerts(request: AlertsRequest = {}) {
      asked.push(request);
      const begin = Number(request.before ?? 0);
      const end = Math.min(count, begin + (request.limit ?? 0));
      return {
        ok: true as const,
        alerts: Array.from({ length: end - begin }, () => firing),
        total: count,
        next: end < count ? String(end) : null,
      };
    },
  };
}

test.each([
  [3, 6, 6, 2],
  [201, 402, 402, 4],
  [5000, 2000, 10_000, 11],
])('%i alerts of two states are read page by page', async (count, read, total, requests) => {
  const client = pages(count);
  const found = await readAlerts(client, ['firing', 'silenced']);
  expect([found.alerts.length, found.total, client.asked.length]).toEqual([read, total, requests]);
});
