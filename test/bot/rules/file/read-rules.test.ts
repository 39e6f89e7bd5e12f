import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRules } from '../../../../src/bot/rules/create-rules.ts';
import { mistakeText } from '../../../../src/bot/rules/file/mistakes.ts';
import { readRules } from '../../../../src/bot/rules/file/read-rules.ts';
import type { Subject } from '../../../../src/bot/rules/rules.ts';

/** The mistakes of a file, a sentence each. */
function mistakesIn(text: string): readonly string[] {
  const read = readRules(text, 'UTC');
  return 'mistakes' in read ? read.mistakes.map(mistakeText) : [];
}

describe('a mistake', () => {
  test.each([
    ['', 'line 1: found nothing; allowed: a map of defaults, alerts, routes,'],
    ['# only a comment\n', 'line 1: found nothing; allowed: a map of'],
    ['just words', 'line 1: found "just words"; allowed: a map of'],
    ['- a\n- b', 'line 1: found a list; allowed: a map of'],
    ['a: b: c', 'line 1: it is not YAML: '],
    ['defaults: {to: @ops}', 'line 1: it is not YAML: '],
    ['defaults:\n  to: ops\n  to: eve', 'line 3: it is not YAML: Map keys must be unique'],
    ['defaults:\n\tto: ops', 'line 2: it is not YAML: '],
    ['defaults: &a\n  to: ops\nalerts: {x: *b}', 'line 3: alerts.x: there is no anchor &b before it.'],
    ['alerts: &a\n  x: *a', 'line 2: alerts.x: *a leads into itself.'],
    ['rotes: []', 'line 1: there is no key "rotes"; did you mean routes?'],
    ['defaults:\n  colour: red', 'line 2: defaults: there is no key "colour"; allowed: to, template, group_by,'],
    ['defaults: {to: users:bob}', 'line 1: defaults.to: found "users:bob"; allowed: a destination (ops, ops/disks,'],
    ['defaults: {to: Ops}', 'line 1: defaults.to: found "Ops"; allowed: a destination'],
    ['defaults: {to: "%"}', 'line 1: defaults.to: found "%"; allowed: a destination'],
    ['defaults: {to: [ops, 5]}', 'line 1: defaults.to[1]: found 5; a text is needed.'],
    ['defaults: {to: {a: b}}', 'line 1: defaults.to: found a map; a text is needed.'],
    ['defaults: {group_wait: soon}', 'line 1: defaults.group_wait: "soon" is not a duration such as 30m, 6h or 1d.'],
    [
      'defaults: {group_wait: 30}',
      'line 1: defaults.group_wait: found 30; a duration such as 30s, 5m or 4h is needed.',
    ],
    ['defaults: {group_wait: 2d}', 'line 1: defaults.group_wait: found "2d"; at most 1d is allowed.'],
    ['defaults: {notify: sometimes}', 'line 1: defaults.notify: found "sometimes"; allowed: new, all, none.'],
    ['defaults: {priority: mediun}', 'line 1: defaults.priority: found "mediun"; did you mean medium?'],
    ['defaults: {retry_attempts: -1}', 'line 1: defaults.retry_attempts: found -1; allowed: a number from 0 to 1000.'],
    ['defaults: {template: critical}', 'line 1: defaults.template: there is no template "critical"; allowed: alert,'],
    ['defaults: {template: critical_alrt}', 'did you mean critical_alert?'],
    ['defaults: {escalation: oncall}', 'line 1: defaults.escalation: there is no escalation "oncall"; there are none.'],
    [
      'defaults: {to: rotation:primry}\nrotations: {primary: {people: bob, handover: "@weekly"}}',
      'line 1: defaults.to: there is no rotation "primry"; did you mean primary?',
    ],
    [
      'defaults: {active: offce}\ntimes: {office: mon}',
      'line 1: defaults.active: there is no time "offce"; did you mean office?',
    ],
    ['defaults: {schedule: "0 9 * *"}', 'line 1: defaults.schedule: "0 9 * *" is not a cron schedule such as'],
    ['defaults: {schedule: "0 0 30 2 *"}', 'line 1: defaults.schedule: "0 0 30 2 *" never comes.'],
    ['defaults: {link: "{{ x"}', 'line 1: defaults.link: it is not Liquid: '],
    ['alerts: {x: {enabled: "yes"}}', 'line 1: alerts.x.enabled: found "yes"; allowed: true, false.'],
    ['alerts: {"a b": {}}', 'line 1: alerts: "a b" is no name: letters, digits,'],
    ['routes: {name: x}', 'line 1: routes: found a map; a list is needed.'],
    ['routes:\n  - {name: a}\n  - {name: a}', 'line 3: routes[1]: the route a stands on line 2 already.'],
    ['routes: [{name: defaults}]', "line 1: routes[0]: a route can't have the name defaults,"],
    [
      "routes:\n  - name: a\n    when: severity = 'x'",
      'line 3: routes[0].when: it is not CEL: Unexpected character: =. Write == to compare.',
    ],
    ['routes: [{when: "size(x)"}]', 'line 1: routes[0].when: it gives a value of type int, not true or false'],
    ['inhibit: [{source: "a == 1"}]', 'line 1: inhibit[0]: target is missing: a condition is needed.'],
    ['escalations: {x: []}', 'line 1: escalations.x: it has no steps.'],
    ['escalations: {x: [{after: 5m}]}', 'line 1: escalations.x[0]: a step needs `to`.'],
    ['escalations: {x: [{after: 5m, to: a}, {after: 1m, to: b}]}', 'escalations.x: step 2 comes before step 1'],
    ['rotations: {x: {handover: "@weekly"}}', 'line 1: rotations.x: it has no people: write people: [alice, bob].'],
    ['rotations: {x: {people: [], handover: "@weekly"}}', 'line 1: rotations.x: it has no people'],
    [
      'rotations: {x: {people: [a]}}',
      'line 1: rotations.x: it has no handover: write handover: "mon 09:00", or a cron schedule.',
    ],
    [
      'rotations: {x: {people: [a], handover: mondays}}',
      'line 1: rotations.x: handover: "mondays" is neither a day and a time, such as "mon 09:00", nor a cron schedule.',
    ],
    ['rotations: {x: {people: [a], handover: "* * * * *"}}', 'comes more than 24 times a day.'],
    [
      'rotations: {x: {people: [a], handover: "@weekly", timezone: Europe/Belrin}}',
      'line 1: rotations.x.timezone: "Europe/Belrin" is not a time zone; did you mean Europe/Berlin?',
    ],
    [
      'rotations: {x: {people: ["user:a"], handover: "@weekly"}}',
      'rotations.x.people[0]: "user:a" is no name of an account.',
    ],
    [
      'times: {office: mon-fri 8-18}',
      'line 1: times.office: "mon-fri 8-18": "8-18" is neither days, nor times, nor a time zone',
    ],
    [
      'times: {office: mon 08:00-18:00 Mars/Olympus}',
      '"Mars/Olympus" is not a time zone: write a name such as Europe/Berlin.',
    ],
    [
      'templates: {x: "{% include \'/etc/passwd\' %}"}',
      'line 1: templates.x: it is not Liquid: tag "include" not found',
    ],
    ['templates: {x: "{{ title | no_such }}"}', 'line 1: templates.x: it is not Liquid: undefined filter: no_such'],
    [
      'templates: {x: "{% for i in (1..1000000000) %}{% endfor %}"}',
      "line 1: templates.x: it can't be rendered: memory alloc limit exceeded",
    ],
    ['reports: [{to: ops}]', 'line 1: reports[0]: a report needs `schedule` and `to`.'],
    [
      'reports: [{schedule: "@weekly", to: ops, days: 0}]',
      'line 1: reports[0].days: found 0; allowed: a number from 1 to 400.',
    ],
  ])('in %j is named with line, key and reason', (text, sentence) => {
    expect(mistakesIn(text).join('\n')).toContain(sentence);
  });

  test('in an endless template ends its test', () => {
    const loops = '{% for a in (1..900) %}'.repeat(6);
    const [sentence] = mistakesIn(`templates: {x: "${loops}x${'{% endfor %}'.repeat(6)}"}`);
    expect(sentence).toMatch(
      /^line 1: templates\.x: it can't be rendered: (template render|memory alloc) limit exceeded/,
    );
  });

  test('is told with all others, in their order', () => {
    expect(mistakesIn('defaults:\n  a: 1\n  to: 5\nroutes: 5\ntimes: {x: x}').map((one) => one.slice(0, 7))).toEqual([
      'line 2:',
      'line 3:',
      'line 4:',
      'line 5:',
    ]);
    expect(mistakesIn(Array.from({ length: 100 }, (_, index) => `key${index}: 1`).join('\n'))).toHaveLength(50);
  });

  test('is to have more values behind aliases than a file has', () => {
    const levels = ['a: &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      levels.push(`k${level}: &l${level} [${Array.from({ length: 10 }, () => `*l${level - 1}`).join(', ')}]`);
    }
    expect(mistakesIn(levels.join('\n')).join('\n')).toContain(
      'it holds more values, or deeper ones, than rules have.',
    );
    expect(mistakesIn(`a: ${'['.repeat(100)}${']'.repeat(100)}`).join('\n')).toContain('than rules have.');
  });
});

test.each([
  ['mon 09:00', '0 9 * * 1', 'UTC'],
  ['Sun 7:05 Europe/Berlin', '5 7 * * 0', 'Europe/Berlin'],
  ['0 9 * * 1-5', '0 9 * * 1-5', 'UTC'],
  ['@weekly America/New_York', '@weekly', 'America/New_York'],
])('a handover of %s is %s in %s', (handover, cron, timezone) => {
  const read = readRules(`rotations: {x: {people: [a], handover: "${handover}"}}`, 'UTC');
  const model = 'model' in read ? read.model : undefined;
  expect(model?.rotations.get('x')).toMatchObject({ handover: cron, timezone });
});

describe('the example', () => {
  const text = readFileSync('examples/alerts.yaml', 'utf8');
  const read = readRules(text, 'UTC');
  if (!('model' in read)) throw new Error('it has mistakes');
  const rules = createRules({ model: read.model, text, overrides: () => [] });
  const ways = (labels: Subject['labels'], of: Partial<Subject> = {}) =>
    rules
      .decide({ labels, annotations: {}, owner: 'alice', source: 'socket', startsAt: 0, status: 'firing', ...of })
      .map(({ route, to }) => `${route}: ${to.join(' ')}`);

  test.each<[Subject['labels'], readonly string[]]>([
    [{ alertname: 'anything' }, ['defaults: user:ops']],
    [{ alert: 'critical_compliance' }, ['alert:critical_compliance: compliance_alerts']],
    [{ key: 'evidence_deadline', severity: 'critical' }, ['alert:evidence_deadline: compliance_team']],
    [{ alertname: 'report_ready' }, ['alert:report_ready: compliance_team owner']],
    [{ alertname: 'old_probe', category: 'security', severity: 'critical' }, []],
    [{ alertname: 'backup_failed' }, ['defaults: user:ops']],
    [
      { category: 'security', severity: 'critical', type: 'deadline', days_remaining: '1' },
      ['security: security_alerts compliance_alerts', 'audits: audit_team'],
    ],
    [{ category: 'security', severity: 'critical' }, ['security: security_alerts compliance_alerts']],
    [{ category: 'security', severity: 'high' }, ['defaults: user:ops']],
    [{ type: 'deadline', days_remaining: '3' }, ['defaults: user:ops']],
    [{ alertname: 'DiskFull', host: 'db1' }, ['disks: ops/disks']],
    [{ alertname: 'DiskFull', environment: 'test' }, ['defaults: user:ops']],
    [{ job: 'postgres-12' }, ['databases: rotation:primary %dba @db_news']],
    [{ 'app.kubernetes.io/name': 'postgres' }, ['databases: rotation:primary %dba @db_news']],
  ])('sends %j to %j', (labels, expected) => {
    expect(ways(labels)).toEqual(expected);
  });

  test('tells scripts of people by who posted', () => {
    expect(ways({ alertname: 'x' }, { source: 'script' })).toEqual(['own: owner']);
    expect(ways({ alertname: 'x', owner: 'alice' }, { source: 'script', owner: 'root' })).toEqual([
      'defaults: user:ops',
    ]);
  });

  test('has settings of an alert over the defaults, and of a route over both', () => {
    const [backup] = rules.decide({
      labels: { alertname: 'backup_failed' },
      annotations: {},
      owner: 'a',
      source: 's',
      startsAt: 0,
      status: 'firing',
    });
    expect(backup).toMatchObject({
      repeatIntervalMs: 86_400_000,
      groupWaitMs: 30_000,
      template: 'alert',
      notify: 'new',
    });
    const [disk] = rules.decide({
      labels: { alertname: 'DiskFull' },
      annotations: {},
      owner: 'a',
      source: 's',
      startsAt: 0,
      status: 'firing',
    });
    expect(disk).toMatchObject({
      groupBy: ['alertname', 'host'],
      muted: ['maintenance'],
      active: [],
      retryAttempts: 0,
    });
  });

  test('has escalations, inhibitions, times, schedules and reports', () => {
    expect(rules.escalation('oncall')).toEqual([
      { afterMs: 0, to: ['ops'] },
      { afterMs: 600_000, to: ['rotation:primary'] },
      { afterMs: 1_500_000, to: ['%leads'] },
    ]);
    expect(rules.escalation('none')).toEqual([]);
    const subject = { annotations: {}, owner: 'a', source: 's', startsAt: 0, status: 'firing' } as const;
    const [inhibition] = rules.inhibits;
    expect(inhibition?.isSource({ ...subject, labels: { severity: 'critical' } })).toBe(true);
    expect(inhibition?.isTarget({ ...subject, labels: { severity: 'low' } })).toBe(true);
    expect(inhibition?.isTarget({ ...subject, labels: {} })).toBe(false);
    expect(inhibition?.equal).toEqual(['host']);
    const sunday = Date.parse('2026-07-05T00:30:00Z');
    expect(rules.mayTell({ active: [], muted: ['maintenance'] }, sunday)).toEqual({
      isOpen: false,
      changesAt: Date.parse('2026-07-05T02:00:00Z'),
    });
    expect(rules.mayTell({ active: ['office'], muted: [] }, sunday)).toEqual({
      isOpen: false,
      changesAt: Date.parse('2026-07-06T06:00:00Z'),
    });
    expect(rules.mayTell({ active: [], muted: [] }, sunday)).toEqual({ isOpen: true });
    expect(rules.nextAt('0 9 * * * Europe/Berlin', sunday)).toBe(Date.parse('2026-07-05T07:00:00Z'));
    expect(rules.reports).toEqual([{ schedule: '0 8 * * 1 Europe/Berlin', to: ['ops'], days: 7 }]);
  });
});
