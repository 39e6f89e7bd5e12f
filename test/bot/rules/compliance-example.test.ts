import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRules } from '../../../src/bot/rules/create-rules.ts';
import { readRules } from '../../../src/bot/rules/file/read-rules.ts';
import type { Subject, TemplateAlert } from '../../../src/bot/rules/rules.ts';
import { alertContentOf } from '../../../src/runner/execution/sending/send-alert.ts';
import { checkScriptOutput } from '../../../src/shared/api/script-output.ts';
import { jsonObjectIn } from '../../../src/shared/json/json-object.ts';

const FOLDER = new URL('../../../examples/compliance/', import.meta.url).pathname;
const NOW = Date.UTC(2026, 10, 26, 12);

function rulesOfExample() {
  const text = readFileSync(`${FOLDER}alerts.yaml`, 'utf8');
  const read = readRules(text, 'UTC');
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
  return createRules({ model: read.model, text, overrides: () => [] });
}

/** What the example's script says, as the bot sees it. */
function alertsOfExample(): readonly (Subject & TemplateAlert)[] {
  const out = execFileSync(`${FOLDER}compliance.py`, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, COMPLIANCE_DATA: `${FOLDER}data` },
  });
  return out
    .trim()
    .split('\n')
    .map((line) => {
      const output = checkScriptOutput(jsonObjectIn(line) ?? {});
      const { alert } = output;
      if (alert === undefined) throw new Error(`no alert: ${line}`);
      const { labels, annotations } = alertContentOf({ ...output, alert }, 'compliance', NOW);
      return { labels, annotations, owner: 'alice', source: 'script', startsAt: NOW, status: alert.state };
    });
}

const rules = rulesOfExample();
const alerts = alertsOfExample();

/** The routes of an alert, each with its message. */
async function messagesOf(key: string) {
  const alert = alerts.find(({ labels }) => labels.key === key);
  if (alert === undefined) throw new Error(`no alert ${key}`);
  const made = rules.decide(alert).map(async (decision) => ({
    ...decision,
    text: (
      await rules.render(decision.template, {
        status: alert.status,
        alerts: [alert],
        groupLabels: {},
        ...(decision.priority !== undefined && { priority: decision.priority }),
      })
    ).text,
  }));
  return Promise.all(made);
}

describe('the compliance platform', () => {
  test('says of everything whether it fires or is over', () => {
    const firing = alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels.key);
    expect(firing).toEqual(['AC-2', 'EV-101', 'EV-102', 'EV-104', 'INC-7', 'AU-1', 'AU-2', 'R-2026-10', 'daily']);
    expect(alerts.find(({ labels }) => labels.key === 'INC-6')?.status).toBe('resolved');
  });

  test.each([
    [
      'AC-2',
      ['compliance_alerts'],
      'critical',
      ['🚨 CRITICAL: AC-2', 'Action required: The identity team', 'View Details'],
    ],
    ['EV-101', ['compliance_team'], 'medium', ['⏰ Evidence is missing', 'Due: ', ', tomorrow', 'View Details']],
    [
      'INC-7',
      ['security_alerts', 'compliance_alerts'],
      'critical',
      ['🚨 Security incident: ', 'Severity: critical', 'Lock the'],
    ],
    ['AU-1', ['auditors', 'compliance_team'], 'high', ['⏰ Audit: ISO 27001', 'Due: ', 'in 2 days']],
    [
      'R-2026-10',
      ['compliance_team', 'auditors'],
      'info',
      ['📊 Compliance report', 'Period: 1 to 31', 'Generated: ', 'Download'],
    ],
    ['daily', ['compliance_team'], 'low', ['📋 Compliance today', 'Failing controls: 1.']],
  ])('sends %s to %j as %s', async (key, to, priority, pieces) => {
    const messages = await messagesOf(key);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ to, priority });
    for (const piece of pieces) expect(messages[0]?.text).toContain(piece);
  });

  test('tells what falls due at nine and the state of the day at five, in Berlin', async () => {
    const clockOf = async (key: string) => {
      const at = rules.nextAt((await messagesOf(key))[0]?.schedule ?? '', NOW);
      return new Date(at ?? 0).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' });
    };
    expect([await clockOf('EV-101'), await clockOf('daily')]).toEqual(['09:00:00', '17:00:00']);
    expect((await messagesOf('AU-2'))[0]).toMatchObject({
      to: ['auditors'],
      schedule: expect.stringContaining('* * 1'),
    });
  });

  test('escalates an incident that nobody takes', async () => {
    const steps = rules.escalation((await messagesOf('INC-7'))[0]?.escalation ?? '');
    expect(steps).toEqual([
      { afterMs: 0, to: ['rotation:security'] },
      { afterMs: 600_000, to: ['rotation:compliance'] },
      { afterMs: 1_800_000, to: ['%security-leads'] },
    ]);
    expect(rules.onCall('security', NOW)?.people).toHaveLength(1);
  });

  test('tells no failing control of a system whose incident is open', () => {
    const [inhibition] = rules.inhibits;
    const [control, incident] = ['AC-2', 'INC-7'].map((key) => alerts.find(({ labels }) => labels.key === key));
    if (inhibition === undefined || control === undefined || incident === undefined) throw new Error('missing');
    expect([inhibition.isSource(incident), inhibition.isTarget(control)]).toEqual([true, true]);
    expect(inhibition.equal.every((name) => control.labels[name] === incident.labels[name])).toBe(true);
  });
});
