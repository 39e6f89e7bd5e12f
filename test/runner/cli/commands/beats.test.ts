import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

const { username: ME } = userInfo();
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { [ME]: 202 } });
});
afterAll(() => bot.stop());

const machineOf = () => createMachine({ socketPath: bot.settings.socketPath });

interface Listed {
  readonly name: string;
  readonly late_after: string;
}
const listed = async (): Promise<readonly Listed[]> =>
  JSON.parse((await machineOf().runner(['beat', '--list', '--json'])).out);

describe('notify-runner beat', () => {
  test('expects a job again, silently, until it is ended', async () => {
    const machine = machineOf();
    const silent = { status: 0, out: '', err: '' };
    expect(await machine.runner(['beat', 'backup', '--every', '1d', '--grace', '1h'])).toEqual(silent);
    const [first] = await listed();
    expect(first).toMatchObject({ name: 'backup', every: '1d', grace: '1h', overdue: false, script: false });
    expect(Date.parse(first?.late_after ?? '') - Date.now()).toBeGreaterThan(24.9 * 3_600_000);
    // The next beats need not repeat it, also after a restart.
    await bot.restart();
    expect(await machine.runner(['beat', 'backup'])).toEqual(silent);
    const [second] = await listed();
    expect(second).toMatchObject({ every: '1d', grace: '1h' });
    expect(Date.parse(second?.late_after ?? '')).toBeGreaterThan(Date.parse(first?.late_after ?? ''));
    expect((await machine.runner(['beat', '--list'])).out).toMatch(
      /^NAME +EVERY +GRACE +LAST +STATE +BY\nbackup +1d +1h +(?:just now|\d+\w+ ago) +expected by \d{4}-.+ +notify-runner beat\n$/,
    );
    expect(await machine.runner(['beat', 'backup', '--end'])).toEqual(silent);
    expect(await machine.runner(['beat', 'backup', '--end'])).toEqual({
      status: 1,
      out: '',
      err: 'notify-runner: backup was not expected.\n',
    });
    expect((await machine.runner(['beat', '--list'])).out).toMatch(/^No job is expected yet/);
  });

  test('says what a new job and an unknown destination lack', async () => {
    const first = await machineOf().runner(['beat', 'import']);
    expect([first.status, first.err]).toEqual([
      1,
      expect.stringMatching(/"import" is expected yet: say with every how often/),
    ]);
    const nowhere = await machineOf().runner(['beat', 'import', '--every', '1d', '--to', 'nowhere']);
    expect([nowhere.status, nowhere.err]).toEqual([1, expect.stringMatching(/no destination nowhere/)]);
    expect((await listed()).map(({ name }) => name)).not.toContain('import');
  });

  test.each([
    [[], /Name the job, or use --list/],
    [['a\nb', '--every', '1d'], /printable characters/],
    [['a', '--every', '5'], /--every: expected a duration from 1m to 400d/],
    [['a', '--every', '10s'], /--every/],
    [['a', '--every', '500d'], /--every/],
    [['a', '--every', '1d', '--grace', '90d'], /--grace: expected a duration from 0s to 30d/],
    [['a', '--every', '1d', '--to', 'No where'], /is no destination/],
    [['a', '--end', '--every', '1d'], /--end cannot be combined/],
    [['a', '--list'], /--list shows all/],
  ])('%j is wrong usage', async (args, sentence) => {
    const { status, out, err } = await machineOf().runner(['beat', ...args]);
    expect([status, out, err]).toEqual([2, '', expect.stringMatching(sentence)]);
  });
});

describe('the header expect=', () => {
  const quiet = prints({ notify: false });
  const withHeader = (header: string, script = quiet) => script.replace('\n', `\n# notify: ${header}\n`);

  test('tells the bot of each run that ends well', async () => {
    const machine = createMachine();
    const scripted = await startScriptedBot(machine.socketPath);
    machine.write('good.sh', withHeader('expect=1d to=ops,board'), 0o755);
    machine.write('bad.sh', withHeader('expect=1d', '#!/bin/sh\nexit 3\n'), 0o755);
    machine.write('other.sh', quiet, 0o755);
    await machine.runner(['run', 'good', 'bad', 'other']);
    expect(scripted.beats.map(({ body }) => body)).toEqual([
      {
        script: { name: 'good.sh', every: '1d', to: ['ops', 'board'], succeeded_at: expect.stringMatching(/^\d{4}-/) },
      },
    ]);
    await machine.runner(['run', 'good', '--dry-run']);
    expect(scripted.beats).toHaveLength(1);
  });

  test('is declared with each beat of the runner, with the last run that ended well', async () => {
    const machine = createMachine();
    machine.write('good.sh', withHeader('expect=1d'), 0o755);
    machine.write('here.sh', withHeader('expect=90m host=elsewhere'), 0o755);
    machine.write('never.sh', withHeader('expect=7d schedule="0 0 1 1 *"'), 0o755);
    machine.write('other.sh', quiet, 0o755);
    // While the bot is away nothing is lost.
    await machine.runner(['run', 'good']);
    const ranAt = machine.json('.notifications/runs/good.sh.json').succeededAt as number;
    machine.write('good.sh', withHeader('expect=1d', '#!/bin/sh\nexit 3\n'), 0o755);
    await machine.runner(['run', 'good']);
    const scripted = await startScriptedBot(machine.socketPath);
    await machine.runner([], { environment: { PATH: '/nowhere' } });
    const runners = scripted.beats.filter(({ body }) => body.expect_within !== undefined);
    expect(runners.map(({ body }) => body.scripts)).toEqual([
      [
        { name: 'good.sh', every: '1d', succeeded_at: new Date(ranAt).toISOString() },
        { name: 'never.sh', every: '7d' },
      ],
    ]);
  });

  test('of which one cannot be read declares nothing, so that none ends', async () => {
    const machine = createMachine();
    machine.write('good.sh', withHeader('expect=1d'), 0o755);
    machine.write('broken.sh', withHeader('expect=often'), 0o755);
    const scripted = await startScriptedBot(machine.socketPath);
    await machine.runner([], { environment: { PATH: '/nowhere' } });
    const runners = scripted.beats.filter(({ body }) => body.expect_within !== undefined);
    expect(runners.map(({ body }) => body.scripts)).toEqual([undefined]);
    expect(scripted.asked.map(({ text }) => text).join()).toMatch(/expect: expected a duration from 1m to 400d/);
  });

  test('reaches the bot, and ends with the script', async () => {
    const machine = machineOf();
    machine.write('rev.sh', withHeader('expect=1d'), 0o755);
    await machine.runner(['run', 'rev']);
    expect(await listed()).toMatchObject([{ name: 'rev.sh', script: true }]);
    machine.write('rev.sh', quiet, 0o755);
    await machine.runner([], { environment: { PATH: '/nowhere' } });
    expect(await listed()).toEqual([]);
  });
});
