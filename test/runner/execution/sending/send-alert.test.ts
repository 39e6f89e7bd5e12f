import { describe, expect, test } from 'vitest';
import { alertContentOf } from '../../../../src/runner/execution/sending/send-alert.ts';
import type { ScriptOutput } from '../../../../src/shared/api/script-output.ts';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../support/runner/scripted-bot.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const fires = { state: 'firing', key: 'root', title: 'Disk full', message: '97 %', severity: 'high' };
const over = { state: 'resolved', key: 'root' };
const stateOf = (state: string) => answering(200, { ok: true, alerts: [{ fingerprint: '00', state }] });

describe('the alert of an output', () => {
  const output = (fields: Partial<ScriptOutput>, state: 'firing' | 'resolved' = 'firing') => ({
    notify: false,
    images: [],
    own: {},
    key: 'root',
    ...fields,
    alert: { state, ...fields.alert },
  });

  test.each<[string, Partial<ScriptOutput>, object]>([
    [
      'has the script and its key as labels, and what may change as annotations',
      { title: 'Disk full', message: '97 %', severity: 'high', labels: { host: 'db1', days: 2 } },
      {
        labels: { alertname: 'disk', host: 'db1', days: '2', key: 'root' },
        annotations: { description: '97 %', title: 'Disk full', severity: 'high' },
      },
    ],
    [
      'may name itself, but keeps its key',
      { labels: { alertname: 'DiskFull', key: 'other' } },
      { labels: { alertname: 'DiskFull', key: 'root' }, annotations: {} },
    ],
    [
      'takes annotations over the other fields',
      { message: 'x', alert: { state: 'firing', annotations: { description: 'y', due_date: 'today' } } },
      { labels: { alertname: 'disk', key: 'root' }, annotations: { description: 'y', due_date: 'today' } },
    ],
  ])('%s', (_, fields, expected) => {
    expect(alertContentOf(output(fields), 'disk', NOW)).toEqual({ ...expected, startsAt: '2026-03-01T12:00:00.000Z' });
  });

  test('ends when it is over', () => {
    expect(alertContentOf(output({}, 'resolved'), 'disk', NOW)).toEqual({
      labels: { alertname: 'disk', key: 'root' },
      annotations: {},
      endsAt: '2026-03-01T12:00:00.000Z',
    });
  });

  test('has no longer text than the bot takes, in any writing', () => {
    const long = alertContentOf(output({ message: 'x'.repeat(100_000) }), 'disk', NOW);
    expect(long.annotations.description).toBe(`${'x'.repeat(4095)}…`);
    const labels = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`l${n}`, '\u4e00'.repeat(1000)]));
    const wide = alertContentOf(output({ labels, message: '\u{1f525}'.repeat(50_000) }), 'disk', NOW);
    expect(Buffer.byteLength(JSON.stringify(wide))).toBeLessThan(16 * 1024);
    expect(wide.annotations.description).toMatch(/^\u{1f525}+…$/u);
  });
});

describe('a script that prints an alert', () => {
  test('posts it at each run, without a cooldown, to where it says', async () => {
    const machine = createMachine();
    machine.write('disk.sh', `# notify: to=ops\n${prints(fires)}`);
    const bot = await startScriptedBot(machine.socketPath, stateOf('firing'));
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    machine.write('disk.sh', prints({ ...fires, to: ['a', 'b/c'] }));
    const shown = await machine.runner(['run', 'disk']);
    expect(shown).toMatchObject({ status: 0, out: expect.stringMatching(/^✓ disk\.sh: alert fires/) });
    expect(bot.asked.map(({ path }) => path)).toEqual([
      '/alerts?source=script&to=ops',
      '/alerts?source=script&to=a&to=b%2Fc',
    ]);
    expect(bot.asked[0]?.body).toEqual([
      {
        labels: { alertname: 'disk', key: 'root' },
        annotations: { description: '97 %', title: 'Disk full', severity: 'high' },
        startsAt: expect.stringMatching(/^\d{4}-/),
      },
    ]);
    expect(machine.names('state')).toEqual([]);
    expect(JSON.parse((await machine.runner(['list', '--json'])).out)[0].last_result).toBe('firing');
  });

  test('says when it is over, among notifications', async () => {
    const machine = createMachine();
    const printed = [{ notify: true, message: 'hello' }, over].map((one) => JSON.stringify(one)).join('\n');
    machine.write('disk.sh', `#!/bin/sh\ncat <<'END'\n${printed}\nEND\n`);
    const bot = await startScriptedBot(machine.socketPath, (asked, response) =>
      asked.path.startsWith('/alerts')
        ? stateOf('resolved')(asked, response)
        : answering(200, { ok: true, id: 'x', status: 'sent' })(asked, response),
    );
    const ran = await machine.runner(['run', 'disk', '--json', '--no-output']);
    expect(JSON.parse(ran.out)).toMatchObject([
      { result: 'sent', notifications: [{ result: 'sent' }, { key: 'root', result: 'quiet' }] },
    ]);
    expect(bot.asked[1]?.body).toEqual([
      { labels: { alertname: 'disk', key: 'root' }, annotations: {}, endsAt: expect.any(String) },
    ]);
  });

  test('keeps it while the bot is away, in order', async () => {
    const machine = createMachine();
    machine.write('disk.sh', prints(fires));
    expect(await machine.runner(['run', 'disk'])).toMatchObject({ out: expect.stringContaining('disk.sh: waiting') });
    machine.write('disk.sh', prints(over));
    await machine.runner(['run', 'disk']);
    const bot = await startScriptedBot(machine.socketPath, stateOf('firing'));
    machine.write('disk.sh', prints({ notify: false }));
    await machine.runner(['run', 'disk']);
    const [first, second, ...more] = bot.asked.map(({ text }) => JSON.parse(text)[0]);
    expect([first, second]).toEqual([
      expect.objectContaining({ startsAt: expect.any(String) }),
      expect.objectContaining({ endsAt: expect.any(String) }),
    ]);
    expect([more, machine.names('pending')]).toEqual([[], []]);
  });

  test('tells its owner where the bot refuses it', async () => {
    const machine = createMachine();
    machine.write('disk.sh', prints({ ...fires, to: 'opps' }));
    const refusal = { error: 'to: there is no destination opps.', code: 'unknown_destination' };
    const bot = await startScriptedBot(machine.socketPath, (asked, response) =>
      (asked.path.startsWith('/alerts') ? answering(404, refusal) : answering(202, { ok: true, status: 'queued' }))(
        asked,
        response,
      ),
    );
    expect(await machine.runner()).toMatchObject({ status: 1, err: expect.stringContaining('no destination opps') });
    expect(bot.asked.map(({ path }) => path)).toEqual(['/alerts?source=script&to=opps', '/send']);
    expect(machine.names('pending')).toEqual([]);
  });

  test('is shown in a dry run', async () => {
    const machine = createMachine();
    machine.write('disk.sh', prints(fires));
    const ran = await machine.runner(['run', 'disk', '--dry-run']);
    expect(ran.out).toMatch(/^→ disk\.sh: would be sent/);
    expect(ran.out).toContain('    Disk full\n    97 %\n    (a firing alert, severity high, key root)\n');
  });
});
