import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { imageSize } from 'image-size';
import { describe, expect, test } from 'vitest';
import { bundled } from '../support/programs/bundle.ts';
import { createMachine, type Machine } from '../support/runner/machine.ts';
import { accepts, answering, type ScriptedBot, startScriptedBot } from '../support/runner/scripted-bot.ts';

const EXAMPLES = new URL('../../examples/notifications', import.meta.url).pathname;

function machineWithExamples(): Machine {
  const machine = createMachine();
  cpSync(EXAMPLES, machine.scripts, { recursive: true });
  return machine;
}

const from = ({ asked }: ScriptedBot, source: string) =>
  asked.find(({ body, text }) => body.source === source || text.includes(source));

describe('the examples', () => {
  test('run on a bare machine and notify about the data they make themselves', async () => {
    const machine = machineWithExamples();
    const fires = answering(200, { ok: true, alerts: [{ fingerprint: '00', state: 'firing' }] });
    const bot = await startScriptedBot(machine.socketPath, (asked, response) =>
      (asked.path.startsWith('/alerts') ? fires : accepts)(asked, response),
    );
    const environment = { DISK_LIMIT: '0' };
    expect(await machine.runner(['run', '--force'], { environment })).toMatchObject({ status: 0, err: '' });
    expect(bot.asked.filter(({ path }) => !path.startsWith('/alerts'))).toHaveLength(6);
    expect(bot.asked.find(({ path }) => path === '/alerts?source=script')?.body).toMatchObject([
      {
        labels: { alertname: 'disk_alert', key: expect.stringMatching(/^\//), host: expect.any(String) },
        annotations: { title: 'Disk nearly full', severity: 'high', action_required: expect.any(String) },
        startsAt: expect.any(String),
      },
    ]);
    expect(from(bot, 'revenue_drop.py')?.body).toMatchObject({
      title: expect.stringMatching(/^Revenue down [34]\d%$/),
      severity: expect.stringMatching(/high|critical/),
    });
    expect(from(bot, 'data_freshness.py')?.body).toMatchObject({
      title: '1 stale table',
      text: '- `shipments`: 50 h old, at most 24 h',
    });
    expect(from(bot, 'disk_space.sh')?.body).toMatchObject({
      title: 'Disk nearly full',
      text: expect.stringMatching(/^- `\/.*`: \d+%/),
    });
    expect(from(bot, 'service_check.mjs')?.body).toMatchObject({
      title: '1 of 1 services down',
      text: '- *Example* at 127.0.0.1:9: ECONNREFUSED',
    });
    expect(from(bot, 'job_progress.py')?.body).toMatchObject({
      title: 'Import of orders',
      key: 'Import of orders',
      replace: true,
      text: '`░░░░░░░░░░░░░░░░░░░░` 0%\n0 of 50,000',
    });
    expect(from(bot, 'metric_report.py')).toMatchObject({ path: '/send_photo' });
    const chart = readFileSync(join(machine.home, '.cache/notification-examples/visits.png'));
    expect(imageSize(chart)).toMatchObject({ width: 800, height: 400, type: 'png' });
  });

  test('send nothing when all is well', async () => {
    const machine = machineWithExamples();
    const days = [...Array(28).keys()].map((back) =>
      new Date(Date.now() - (28 - back) * 86_400_000).toISOString().slice(0, 10),
    );
    const cache = '.cache/notification-examples';
    machine.write(`${cache}/revenue.csv`, `date,revenue\n${days.map((day) => `${day},100\n`).join('')}`);
    machine.write(
      `${cache}/tables.csv`,
      `table,updated_at,max_age_hours\norders,${new Date().toISOString().slice(0, 19)}+00:00,1\n`,
    );
    machine.write(`${cache}/services.json`, '[]');
    machine.write(`${cache}/job.json`, '{"job": "Import", "done": 5, "total": 5}');
    machine.write(`${cache}/job.told`, '');
    const ran = await machine.runner(
      [
        'run',
        '--dry-run',
        'revenue_drop',
        'data_freshness',
        'disk_space',
        'disk_alert',
        'service_check',
        'job_progress',
      ],
      { environment: { DISK_LIMIT: '101' } },
    );
    expect(ran.err).toBe('');
    expect(ran.out.match(/: no alert/g)).toHaveLength(6);
  });

  test('have the schedules of their headers', async () => {
    const machine = machineWithExamples();
    const rows: { name: string; schedule: string | null; error?: string }[] = JSON.parse(
      (await machine.runner(['list', '--json'])).out,
    );
    expect(rows.map(({ name, schedule, error }) => [name, schedule, error])).toEqual([
      ['data_freshness.py', null, undefined],
      ['disk_alert.py', null, undefined],
      ['disk_space.sh', null, undefined],
      ['job_progress.py', '* * * * *', undefined],
      ['metric_report.py', '0 8 * * 1', undefined],
      ['revenue_drop.py', '0 9 * * *', undefined],
      ['service_check.mjs', null, undefined],
    ]);
  });
});

describe('the example that asks', () => {
  const answers: Readonly<Record<string, object>> = {
    drop: { state: 'answered', choice: 'Drop it', by: 'bob' },
    keep: { state: 'answered', choice: 'Keep it', by: 'bob' },
    nobody: { state: 'expired' },
    cancelled: { state: 'cancelled', by: 'bob' },
  };

  test.each([
    ['drop', 0, 'orders is dropped.\n', true],
    ['keep', 0, 'orders is kept: Keep it.\n', false],
    ['nobody', 0, 'Nobody answered, so orders is kept.\n', false],
    ['cancelled', 1, '', false],
    ['away', 1, '', false],
  ])('drops the table for the first choice alone: %s', async (answer, status, out, isDropped) => {
    const machine = createMachine();
    const choices = ['Drop it', 'Keep it'];
    const question = { ok: true, id: 'x', choices, to: ['ops'], asked_at: '', expires_at: '2026-01-30T15:00:00.000Z' };
    const bot = await startScriptedBot(machine.socketPath, (asked, response) => {
      const refusal = answering(403, { error: 'You are not in the group.', code: 'not_in_group' });
      const found = answers[answer];
      (found === undefined ? refusal : answering(200, { ...question, ...found }))(asked, response);
    });
    machine.write('bin/node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, 0o755);
    machine.write('bin/psql', '#!/bin/sh\nprintf %s "$3" >"$HOME/dropped"\n', 0o755);
    const path = `${machine.home}/bin:${bundled}:/usr/bin:/bin`;
    const ran = await execa(join(EXAMPLES, '../questions/drop-table.sh'), ['orders'], {
      env: { ...machine.environment, PATH: path, ASK_TO: 'ops' },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    });
    expect([ran.exitCode, ran.stdout]).toEqual([status, out]);
    expect(existsSync(join(machine.home, 'dropped'))).toBe(isDropped);
    if (isDropped) expect(machine.read('/dropped')).toBe('DROP TABLE "orders"');
    expect(bot.asked[0]?.body).toMatchObject({ text: 'Drop the table orders?', choices, to: ['ops'], may: ['%dba'] });
  });
});
