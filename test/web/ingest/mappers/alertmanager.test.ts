import { expect, test } from 'vitest';
import { mapAlertmanager, postedAlerts } from '../../../../src/web/ingest/mappers/alertmanager.ts';
import { mapGrafana } from '../../../../src/web/ingest/mappers/grafana.ts';
import { alertsOf, NOW } from './support.ts';

/** Version 4, as the configuration manual of Alertmanager describes it. */
const WEBHOOK = {
  version: '4',
  groupKey: '{}:{alertname="DiskFull"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'telegram',
  groupLabels: { alertname: 'DiskFull' },
  commonLabels: { alertname: 'DiskFull', severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFull', host: 'db1', severity: 'critical' },
      annotations: { summary: 'The disk of db1 is full' },
      startsAt: '2026-01-31T08:30:00.123456789Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
      fingerprint: 'c6eadffa33fcdf37',
    },
    {
      status: 'resolved',
      labels: { alertname: 'DiskFull', host: 'db2', severity: 'critical' },
      annotations: {},
      startsAt: '2026-01-31T08:00:00Z',
      endsAt: '2026-01-31T08:50:00Z',
      generatorURL: '',
      fingerprint: 'bc97ff14869b13e3',
    },
  ],
};

test('a webhook of Alertmanager becomes alerts with its labels, of which only resolved ones have an end', () => {
  expect(alertsOf(mapAlertmanager, WEBHOOK)).toEqual([
    {
      labels: { alertname: 'DiskFull', host: 'db1', severity: 'critical' },
      annotations: { summary: 'The disk of db1 is full' },
      startsAt: '2026-01-31T08:30:00.123Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
    },
    {
      labels: { alertname: 'DiskFull', host: 'db2', severity: 'critical' },
      annotations: {},
      startsAt: '2026-01-31T08:00:00.000Z',
      endsAt: '2026-01-31T08:50:00.000Z',
    },
  ]);
});

const one = (change: object) => ({ alerts: [{ ...WEBHOOK.alerts[1], ...change }] });

test.each([
  ['an end that its clock puts ahead of ours is now', { endsAt: '2026-01-31T09:00:05Z' }, '2026-01-31T09:00:00.000Z'],
  ['a resolved alert without an end is over now', { endsAt: '0001-01-01T00:00:00Z' }, '2026-01-31T09:00:00.000Z'],
])('%s', (_, change, endsAt) => {
  expect(alertsOf(mapAlertmanager, one(change))).toMatchObject([{ endsAt }]);
});

test('a begin after the end is the end', () => {
  const [alert] = alertsOf(mapAlertmanager, one({ startsAt: '2026-01-31T10:00:00Z' }));
  expect(alert?.startsAt).toBe(alert?.endsAt);
});

test('a long annotation is cut, because Alertmanager would drop an alert that is refused', () => {
  const [alert] = alertsOf(mapAlertmanager, one({ annotations: { description: 'x'.repeat(5000) } }));
  expect(alert?.annotations.description).toHaveLength(4096);
  expect(postedAlerts([{ labels: {}, annotations: { description: 'x'.repeat(5000) } }])).toEqual([
    { labels: {}, annotations: { description: `${'x'.repeat(4095)}…` } },
  ]);
});

test('the list of API v2 is handed on as it is, wrong alerts and all: the bot checks each', () => {
  const list = [{ labels: { a: 'b' }, startsAt: 'never' }, 7, { labels: { a: 1 }, annotations: { b: 2 } }];
  expect(postedAlerts(list)).toEqual(list);
});

/** A webhook as JSON brings it, whose label has a name that every object inherits. */
const inherited = (value: unknown) =>
  one({ labels: JSON.parse(JSON.stringify({ a: 'b', x: value }).replace('"x"', '"__proto__"')) });

test('alerts that differ only in a label that every object inherits stay two', () => {
  const labels = ['p', 'q'].map((value) => alertsOf(mapAlertmanager, inherited(value))[0]?.labels ?? {});
  expect(labels.map((all) => JSON.stringify(all))).toEqual(['{"a":"b","__proto__":"p"}', '{"a":"b","__proto__":"q"}']);
});

test.each([
  ['no object', 'firing', 'The body: expected an object, found "firing".'],
  ['no alerts', {}, 'alerts: this field is required.'],
  ['no list', { alerts: {} }, 'alerts: expected a list of alerts, found an object.'],
  [
    'another status',
    one({ status: 'burning' }),
    'alerts[0].status: expected one of firing, resolved, found "burning".',
  ],
  ['labels of numbers', one({ labels: { host: 1 } }), 'alerts[0].labels.host: expected a string, found 1.'],
  ['a label that every object inherits', inherited(1), 'alerts[0].labels.__proto__: expected a string, found 1.'],
  [
    'too many',
    { alerts: Array.from({ length: 1001 }, () => WEBHOOK.alerts[0]) },
    'alerts: expected at most 1000 alerts, found 1001.',
  ],
])('a webhook with %s is refused with what is wrong', (_, payload, sentence) => {
  expect(() => mapAlertmanager(payload, { now: NOW })).toThrow(sentence);
});

test('what is no list of alerts is refused', () => {
  expect(() => postedAlerts({ alerts: [] })).toThrow('The body: expected a list of alerts, found an object.');
});

test('a webhook of Grafana has the values and links of its alerts too, and no private annotations', () => {
  const payload = {
    receiver: 'notify-bot',
    status: 'firing',
    orgId: 1,
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'High memory usage', team: 'blue', zone: 'us-1' },
        annotations: {
          description: 'The system has high memory usage',
          summary: 'This alert was triggered for zone us-1',
          __dashboardUid__: 'abc',
        },
        startsAt: '2026-01-31T09:51:03.157076+02:00',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://play.grafana.org/alerting/1afz29v7z/edit',
        fingerprint: 'c6eadffa33fcdf37',
        silenceURL: 'https://play.grafana.org/alerting/silence/new',
        dashboardURL: 'https://play.grafana.org/d/abc',
        panelURL: '',
        values: { B: 44.239_437_375_419_08, C: 1, D: null },
      },
    ],
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'https://play.grafana.org/',
    version: '1',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    title: '[FIRING:1]',
    state: 'alerting',
    message: '**Firing**',
  };
  expect(alertsOf(mapGrafana, payload)).toEqual([
    {
      labels: { alertname: 'High memory usage', team: 'blue', zone: 'us-1' },
      annotations: {
        summary: 'This alert was triggered for zone us-1',
        description: 'The system has high memory usage',
        values: 'B=44.24 C=1',
        panel_url: 'https://play.grafana.org/d/abc',
        silence_url: 'https://play.grafana.org/alerting/silence/new',
      },
      startsAt: '2026-01-31T07:51:03.157Z',
      generatorURL: 'https://play.grafana.org/alerting/1afz29v7z/edit',
    },
  ]);
});
