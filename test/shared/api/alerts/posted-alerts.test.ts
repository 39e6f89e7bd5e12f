import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPostedAlerts } from '../../../../src/shared/api/alerts/posted-alerts.ts';
import { busyMs } from '../../../support/busy-ms.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const labels = { alertname: 'DiskFull', host: 'db1' };
const at = (ms: number) => new Date(ms).toISOString();
const read = (...list: readonly unknown[]) => readPostedAlerts(list, NOW);
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, 'x']));

describe('an alert is read', () => {
  test('as Prometheus 3 posts it', () => {
    const posted = {
      annotations: { summary: 'Disk of db1 is full', description: 'line 1\nline 2' },
      endsAt: '2026-03-01T12:04:00.123456789Z',
      startsAt: '2026-03-01T11:58:00.5+01:00',
      generatorURL: 'http://prom:9090/graph?g0.expr=up%3D%3D0&g0.tab=1',
      labels,
    };
    expect(read(posted)).toEqual({
      alerts: [
        {
          labels,
          annotations: posted.annotations,
          startsAt: Date.parse('2026-03-01T10:58:00.500Z'),
          endsAt: Date.parse('2026-03-01T12:04:00.123Z'),
          generatorUrl: posted.generatorURL,
        },
      ],
      wrong: 0,
    });
  });

  test('with labels alone', () => {
    expect(read({ labels }).alerts).toEqual([{ labels, annotations: {} }]);
  });

  test('without times that Go calls unset', () => {
    for (const unset of ['0001-01-01T00:00:00Z', '', null]) {
      expect(read({ labels, startsAt: unset, endsAt: unset }).alerts).toEqual([{ labels, annotations: {} }]);
    }
  });

  test('with numbers and booleans as strings, and without empty values', () => {
    const found = read({ labels: { ...labels, days: 2, up: false, zone: '' }, annotations: { n: 1.5, none: '' } });
    expect(found.alerts).toEqual([{ labels: { ...labels, days: '2', up: 'false' }, annotations: { n: '1.5' } }]);
  });

  test('with annotations that a terminal and a message can show', () => {
    const [alert] = read({ labels, annotations: { a: 'x\u0000\u001b[2Jy\tz\n\u0085\ud800' } }).alerts;
    expect(alert?.annotations).toEqual({ a: 'x[2Jy\tz\n' });
  });

  test('with a label of any name, which changes nothing else', () => {
    const [alert] = readPostedAlerts([JSON.parse('{"labels": {"__proto__": "x", "constructor": "y"}}')], NOW).alerts;
    expect(Object.entries(alert?.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(alert?.labels)).toBe(Object.prototype);
  });

  test.each([
    ['an hour ahead', NOW + HOUR, NOW + HOUR],
    ['more than an hour ahead', NOW + HOUR + 1, NOW],
    ['years ago', 0, 0],
  ])('that begins %s', (_, begins, startsAt) => {
    expect(read({ labels, startsAt: at(begins) }).alerts).toEqual([{ labels, annotations: {}, startsAt }]);
  });

  test.each(['javascript:alert(1)', 'no address', 5, `http://prom/${'x'.repeat(4096)}`])(
    'without the address %.20s, which leads nowhere',
    (generatorURL) => {
      expect(read({ labels, generatorURL })).toEqual({ alerts: [{ labels, annotations: {} }], wrong: 0 });
    },
  );

  test('at the limits', () => {
    const most = { labels: many(64), annotations: { ['a'.repeat(128)]: 'x'.repeat(4096) } };
    expect(read(most, { labels: { host: 'x'.repeat(1024) } }).wrong).toBe(0);
  });
});

describe('an alert is wrong', () => {
  const big = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`a${n}`, 'x'.repeat(4096)]));
  test.each<[string, unknown, string]>([
    ['a text', 'DiskFull', 'alerts[1]: expected an object with labels, found "DiskFull".'],
    ['a list', [], 'alerts[1]: expected an object with labels, found a list.'],
    ['nothing', null, 'alerts[1]: expected an object with labels, found null.'],
    ['without labels', {}, 'alerts[1].labels: expected an object of strings, found nothing.'],
    ['with no label', { labels: {} }, 'alerts[1].labels: expected at least one, such as alertname.'],
    ['with empty labels', { labels: { host: '' } }, 'alerts[1].labels: expected at least one, such as alertname.'],
    ['with 10,000 labels', { labels: many(10_000) }, 'alerts[1].labels: expected at most 64 of them, found 10000.'],
    [
      'with 65 annotations',
      { labels, annotations: many(65) },
      'alerts[1].annotations: expected at most 64 of them, found 65.',
    ],
    [
      'with a label that is a list',
      { labels: { host: ['a'] } },
      'alerts[1].labels.host: expected a string of at most 1024 characters without control characters, found a list.',
    ],
    [
      'with a control character',
      { labels: { host: 'a\u001bb' } },
      'alerts[1].labels.host: expected a string of at most 1024 characters without control characters, found "a\\u001bb".',
    ],
    [
      'with a control character in a name',
      { labels: { 'a\nb': 'x' } },
      'alerts[1].labels["a\\nb"]: expected a name of 1 to 128 characters without control characters.',
    ],
    [
      'with a long name',
      { labels: { ['x'.repeat(129)]: 'x' } },
      `alerts[1].labels["${'x'.repeat(40)}"]: expected a name of 1 to 128 characters without control characters.`,
    ],
    [
      'with an annotation that is an object',
      { labels, annotations: { summary: {} } },
      'alerts[1].annotations.summary: expected a string of at most 4096 characters, found an object.',
    ],
    [
      'with a time in words',
      { labels, startsAt: 'yesterday' },
      'alerts[1].startsAt: expected a time such as 2026-01-30T18:00:00Z, found "yesterday".',
    ],
    [
      'with a time that there is not',
      { labels, endsAt: '2026-13-30T18:00:00Z' },
      'alerts[1].endsAt: expected a time such as 2026-01-30T18:00:00Z, found "2026-13-30T18:00:00Z".',
    ],
    [
      'that ends before it begins',
      { labels, startsAt: at(NOW), endsAt: at(NOW - 1) },
      'alerts[1].endsAt: expected a time that is not before startsAt.',
    ],
    ['that is too large', { labels, annotations: big }, 'alerts[1]: expected an alert of at most 16384 bytes as JSON.'],
  ])('%s', (_, wrong, fault) => {
    expect(read({ labels }, wrong, { labels })).toEqual({
      alerts: [
        { labels, annotations: {} },
        { labels, annotations: {} },
      ],
      wrong: 1,
      fault,
    });
  });

  test('and the first one is named', () => {
    expect(read(5, { labels }, 6)).toMatchObject({ wrong: 2, fault: expect.stringMatching(/^alerts\[0\]: .*found 5/) });
  });
});

test('a list with the most labels is read in little time', () => {
  const list = Array.from({ length: 1000 }, () => ({ labels: many(50), annotations: { a: 'x'.repeat(100) } }));
  const before = busyMs();
  expect(readPostedAlerts(list, NOW).alerts).toHaveLength(1000);
  // 60 ms of a processor.
  expect(busyMs() - before).toBeLessThan(2000);
});

test('whatever a list holds, it is read, and what is taken keeps the limits', () => {
  const facts = fc.dictionary(fc.string({ maxLength: 140, unit: 'binary' }), fc.anything());
  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.anything(),
  );
  const like = fc.record(
    { labels: facts, annotations: facts, startsAt: time, endsAt: time, generatorURL: fc.anything() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(like, fc.anything()), { maxLength: 20 }), (list) => {
      const { alerts, wrong, fault } = readPostedAlerts(list, NOW);
      expect(alerts.length + wrong).toBe(list.length);
      expect(fault === undefined).toBe(wrong === 0);
      for (const alert of alerts) {
        expect(Object.keys(alert.labels).length).toBeGreaterThan(0);
        expect(Buffer.byteLength(JSON.stringify(alert))).toBeLessThanOrEqual(16 * 1024);
        for (const text of Object.entries(alert.labels).flat()) {
          expect([typeof text, text.isWellFormed(), /\p{Cc}/u.test(text)]).toEqual(['string', true, false]);
        }
        expect(Object.values(alert.annotations).every((text) => typeof text === 'string' && text.isWellFormed())).toBe(
          true,
        );
        expect(alert.startsAt === undefined || Number.isFinite(alert.startsAt)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
