import { describe, expect, test } from 'vitest';
import type { TemplateAlert, TemplateView } from '../../../../src/bot/rules/rules.ts';
import { BUILT_IN_TEMPLATES } from '../../../../src/bot/rules/templates/built-in.ts';
import { createRenderer } from '../../../../src/bot/rules/templates/renderer.ts';
import { readMarkup } from '../../../../src/markup/read.ts';
import { writeHtml } from '../../../../src/markup/telegram/write-html.ts';

const alert = (more: Partial<TemplateAlert> = {}): TemplateAlert => ({
  labels: { alertname: 'DiskFull', severity: 'high', host: 'db_1' },
  annotations: { summary: 'The disk is *full*', description: '97 % of /var', due_date: '2026-02-01' },
  status: 'firing',
  startsAt: Date.UTC(2026, 0, 30),
  ...more,
});
const view = (more: Partial<TemplateView> = {}): TemplateView => ({
  status: 'firing',
  alerts: [alert()],
  groupLabels: { alertname: 'DiskFull' },
  ...more,
});
const render = createRenderer(new Map());

describe('a built-in template', () => {
  test('has emoji, title, description, what to do, when, and a link', () => {
    const annotations = { ...alert().annotations, action_required: 'Delete logs', link: 'https://example.org/a_b' };
    const { text, entities } = render('alert', view({ alerts: [alert({ annotations })] }));
    expect(text).toBe(
      '🟠 The disk is *full*\n\n97 % of /var\n\nAction required: Delete logs\n\nDue: 2026-02-01\n\nView Details',
    );
    const shown = entities.map(({ type, offset, length, url }) => [type, text.slice(offset, offset + length), url]);
    expect(shown).toEqual([
      ['bold', 'The disk is *full*', undefined],
      ['bold', 'Action required:', undefined],
      ['bold', 'Due:', undefined],
      ['text_link', 'View Details', 'https://example.org/a_b'],
    ]);
  });

  test.each<[string, Partial<TemplateView>, string]>([
    ['critical_alert', {}, '🟠 CRITICAL: The disk is *full*'],
    ['deadline_reminder', {}, '⏰ The disk is *full*\n\nDue: 2026-02-01\n\n97 % of /var'],
    ['status_update', {}, '📋 The disk is *full*\n\n97 % of /var'],
    ['security_incident', {}, '🟠 Security incident: The disk is *full*\n\nSeverity: high\n\n97 % of /var'],
    ['alert', { status: 'resolved', alerts: [alert({ status: 'resolved' })] }, '✅ The disk is *full*'],
    ['deadline_reminder', { status: 'resolved', alerts: [alert({ status: 'resolved' })] }, '✅ The disk is *full*'],
    ['alert', { alerts: [alert({ annotations: {} })] }, '🟠 DiskFull'],
    ['alert', { alerts: [alert({ labels: {}, annotations: {} })] }, '🟡 Alert'],
    ['alert', { priority: 'critical', alerts: [alert({ labels: { alertname: 'x' }, annotations: {} })] }, '🚨 x'],
    ['alert', { alerts: [alert({ labels: { alertname: 'x', severity: 'WARNING' }, annotations: {} })] }, '🟡 x'],
    [
      'report_notification',
      {
        alerts: [
          alert({
            annotations: {
              title: 'Quarter',
              period: 'Q1',
              generated: 'today',
              download_link: 'https://example.org/q1.pdf',
            },
          }),
        ],
      },
      '📊 Quarter\n\nPeriod: Q1\n\nGenerated: today\n\nDownload',
    ],
  ])('%s of %j', (name, more, begin) => {
    expect(render(name, view(more)).text.slice(0, begin.length)).toBe(begin);
  });

  test('lists several alerts by what they differ in', () => {
    const alerts = ['db_1', 'db_2'].map((host) =>
      alert({ labels: { alertname: 'DiskFull', severity: 'high', host }, annotations: { summary: `Full: ${host}` } }),
    );
    const resolved = alert({ labels: { alertname: 'DiskFull', host: 'db_3' }, status: 'resolved', annotations: {} });
    expect(render('alert', view({ alerts: [...alerts, resolved] })).text).toBe(
      '🟠 DiskFull\n\n• Full: db_1 · severity=high · host=db_1\n• Full: db_2 · severity=high · host=db_2\n• ✅ DiskFull · host=db_3',
    );
    const many = Array.from({ length: 12 }, (_, index) => alert({ labels: { alertname: 'A', n: String(index) } }));
    const { text } = render('alert', view({ alerts: many }));
    expect(text).toContain('• A · n=9\n• … and 2 more');
    expect(text).not.toContain('n=10');
  });

  test('makes no link of an address that is none', () => {
    for (const link of ['javascript:alert(1)', 'x', 'https://', 'ftp://example.org/']) {
      expect(render('alert', view({ alerts: [alert({ annotations: { link } })] })).text).not.toContain('View Details');
    }
    const own = view({ alerts: [alert({ annotations: {} })], link: 'https://example.org/{{ labels.host }}?a=1&b=2' });
    expect(render('alert', own).entities.at(-1)).toMatchObject({ url: 'https://example.org/db_1?a=1&b=2' });
  });

  test.each([...BUILT_IN_TEMPLATES.keys()])('%s comes back from Telegram’s HTML as it is', (name) => {
    const evil = '<b>x</b> **y** [z](https://evil.example) `c` <t:1:R> &amp;';
    const labels = { alertname: evil, severity: 'critical', host: evil };
    const annotations = { description: evil, action_required: evil, due_date: evil, period: evil, generated: evil };
    const rendered = render(name, view({ alerts: [alert({ labels, annotations })] }));
    expect(rendered.text).toContain(evil);
    expect(readMarkup(writeHtml(rendered), 'HTML')).toEqual(rendered);
    expect(rendered.entities.map(({ type }) => type).filter((type) => type !== 'bold')).toEqual([]);
  });
});

test('where a template fails, the alert is told all the same, with a line that says so', () => {
  const labels = { alertname: 'x' };
  const begin = "🟡 x\n⚠ The template loop failed: it can't be rendered: ";
  const endless = createRenderer(
    new Map([
      [
        'loop',
        '{% for a in (1..900) %}{% for b in (1..900) %}{% for c in (1..900) %}{{ c }}{% endfor %}{% endfor %}{% endfor %}',
      ],
    ]),
  );
  expect(endless('loop', view({ alerts: [alert({ labels, annotations: {} })] })).text.slice(0, begin.length)).toBe(
    begin,
  );
  expect(render('none', view({ alerts: [alert({ labels, annotations: {} })] })).text).toBe(
    '🟡 x\n⚠ The template none failed: there is none of this name.',
  );
});
