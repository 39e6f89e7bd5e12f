import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { TICK_MS } from '../../src/runner/state/cron/idle-note.ts';
import { VERSION } from '../../src/shared/process/version.ts';
import { bundled } from '../support/programs/bundle.ts';
import { createMachine, type Machine } from '../support/runner/machine.ts';

const HOUR_MS = 3_600_000;
const launcher = join(bundled, 'notify-runner');
/** Once a year, on a day that is not near. */
const FAR = `0 0 1 ${((new Date().getMonth() + 6) % 12) + 1} *`;

/** A machine whose starts of Node are counted. */
function createCounted() {
  const machine = createMachine();
  const counter = join(machine.home, 'starts');
  machine.write('bin/node', `#!/bin/sh\necho x >>'${counter}'\nexec '${process.execPath}' "$@"\n`, 0o755);
  const note = (name: string) => join(machine.state, 'idle', hostname(), name);
  return {
    machine,
    note,
    starts: () => (existsSync(counter) ? readFileSync(counter, 'utf8').length / 2 : 0),
    /** As cron starts it. */
    start: (environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
      execa(launcher, args, {
        env: { ...machine.environment, PATH: `${machine.home}/bin:/usr/bin:/bin`, ...environment },
        extendEnv: false,
        cwd: machine.home,
        reject: false,
      }),
    timeOf: (name: string) => statSync(note(name)).mtimeMs,
    setTime: (name: string, time: number) => utimesSync(note(name), time / 1000, time / 1000),
  };
}

type Counted = ReturnType<typeof createCounted>;

function scheduled(machine: Machine, schedule = FAR): string {
  return machine.write('a.sh', `# notify: schedule="${schedule}"\necho x >>"$HOME/count"; echo '{"notify": false}'`);
}
const runs = ({ home }: Machine) =>
  existsSync(join(home, 'count')) ? readFileSync(join(home, 'count'), 'utf8').length / 2 : 0;

describe('the launcher', () => {
  test('ends without Node where nothing is due, and says nothing', async () => {
    const { machine, start, starts, timeOf } = createCounted();
    scheduled(machine);
    const before = Date.now();
    for (let i = 0; i < 3; i += 1) expect(await start()).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(starts()).toBe(1);
    // What no note knows of is seen within the hour.
    expect(timeOf('until')).toBeGreaterThan(before);
    expect(timeOf('until')).toBeLessThanOrEqual(Date.now() + HOUR_MS);
  });

  const changes: readonly {
    readonly change: string;
    readonly act?: (counted: Counted) => void;
    readonly environment?: Record<string, string>;
  }[] = [
    { change: 'the next time has come', act: ({ setTime }) => setTime('until', Date.now() - 100) },
    { change: 'the clock was set back', act: ({ setTime }) => setTime('since', Date.now() + HOUR_MS) },
    { change: 'a script was edited', act: ({ machine }) => void scheduled(machine) },
    { change: 'a script was added', act: ({ machine }) => void machine.write('b.sh', '') },
    { change: 'a script was removed', act: ({ machine }) => rmSync(join(machine.scripts, 'a.sh')) },
    { change: 'a script became executable', act: ({ machine }) => chmodSync(join(machine.scripts, 'a.sh'), 0o755) },
    {
      change: 'a script was put back with its old time',
      act: ({ machine }) => utimesSync(join(machine.scripts, 'a.sh'), 1, 1),
    },
    { change: 'a linked script was edited', act: ({ machine }) => void machine.write('./linked.sh', '# another') },
    { change: 'a message waits', act: ({ machine }) => void machine.write('.notifications/pending/x.json', '{}') },
    { change: 'there is no note', act: ({ note }) => rmSync(note('until')) },
    {
      change: 'the note is cut',
      act: ({ machine }) => void machine.write(`.notifications/idle/${hostname()}/until`, '1.2.3\n'),
    },
    { change: 'another rhythm is set', environment: { NOTIFY_EVERY: '7m' } },
    { change: 'another time zone is set', environment: { TZ: 'Asia/Tokyo' } },
    { change: 'another folder is set', environment: { NOTIFY_SCRIPTS_DIR: '/tmp' } },
    { change: 'there is no find', environment: { PATH: '/nowhere' } },
  ];
  test.each(changes)('starts Node when $change', async ({ act, environment = {} }) => {
    const counted = createCounted();
    const { machine, start, starts } = counted;
    scheduled(machine);
    symlinkSync(machine.write('./linked.sh', `# notify: schedule="${FAR}"`), join(machine.scripts, 'c.sh'));
    await start();
    await start();
    expect(starts()).toBe(1);
    // The change must not share the last tick of the clock with the look.
    await execa('sleep', ['0.03']);
    act?.(counted);
    const { exitCode } = await start(environment);
    expect(environment.PATH === undefined ? starts() : exitCode).toBe(environment.PATH === undefined ? 2 : 1);
  });

  test.runIf(process.getuid?.() === 0)('starts Node where the note is another account’s', async () => {
    const { machine, start, starts, note } = createCounted();
    scheduled(machine);
    await start();
    chownSync(note('until'), 4711, 4711);
    await start();
    expect(starts()).toBe(2);
  });

  test('runs a script at its minute', async () => {
    const { machine, start, starts, timeOf, setTime } = createCounted();
    scheduled(machine, '* * * * *');
    await start();
    const until = timeOf('until');
    expect((until + TICK_MS) % 60_000).toBe(0);
    expect(until - Date.now()).toBeLessThanOrEqual(60_000);
    const before = runs(machine);
    // The last run was a minute ago, and its note has ended.
    const record = machine.json('.notifications/runs/a.sh.json');
    machine.write('.notifications/runs/a.sh.json', JSON.stringify({ ...record, at: Number(record.at) - 120_000 }));
    rmSync(join(machine.state, 'schedules.json'), { force: true });
    setTime('until', Date.now() - 100);
    await start();
    expect(runs(machine)).toBe(before + 1);
    expect(starts()).toBe(2);
  });

  test('runs scripts without a schedule in their rhythm', async () => {
    const { machine, start, starts, timeOf, setTime } = createCounted();
    machine.write('a.sh', `echo x >>"$HOME/count"; echo '{"notify": false}'`);
    const NOTIFY_EVERY = '1d';
    await start({ NOTIFY_EVERY });
    await start({ NOTIFY_EVERY });
    expect([starts(), runs(machine)]).toEqual([1, 1]);
    expect(timeOf('until')).toBeLessThanOrEqual(Date.now() + HOUR_MS);
    // The note has ended, the round has not.
    setTime('until', Date.now() - 100);
    await start({ NOTIFY_EVERY });
    expect([starts(), runs(machine)]).toEqual([2, 1]);
    utimesSync(join(machine.state, 'last-round'), 1, 1);
    setTime('until', Date.now() - 100);
    await start({ NOTIFY_EVERY });
    expect([starts(), runs(machine)]).toEqual([3, 2]);
    // A clock that was set back must not silence them until it has caught up.
    utimesSync(join(machine.state, 'last-round'), Date.now() / 1000 + 7 * 24 * 3600, Date.now() / 1000 + 7 * 24 * 3600);
    setTime('until', Date.now() - 100);
    await start({ NOTIFY_EVERY });
    expect(runs(machine)).toBe(3);
  });

  test('starts Node each time where the rhythm is the crontab’s', async () => {
    const { machine, start, starts } = createCounted();
    machine.write('a.sh', `echo x >>"$HOME/count"; echo '{"notify": false}'`);
    await start();
    await start();
    expect([starts(), runs(machine)]).toEqual([2, 2]);
  });

  test('starts Node each time while a message waits for the bot', async () => {
    const { machine, start, starts } = createCounted();
    machine.write('a.sh', `# notify: schedule="* * * * *"\necho '{"notify": true, "message": "x", "cooldown": 0}'`);
    await start({ NOTIFY_SOCKET: join(machine.home, 'nobody.sock') });
    expect(machine.names('pending')).toHaveLength(1);
    await start({ NOTIFY_SOCKET: join(machine.home, 'nobody.sock') });
    expect(starts()).toBe(2);
  });

  test.each(['until', 'now'])('waits at no pipe in the place of "%s"', async (name) => {
    const { machine, start, starts, note } = createCounted();
    scheduled(machine);
    await start();
    await start();
    rmSync(note(name));
    await execa('mkfifo', [note(name)]);
    expect(await start()).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(starts()).toBe(2);
  });

  test('starts Node each time where no note can be written', async () => {
    const { machine, start, starts } = createCounted();
    scheduled(machine);
    machine.write('.notifications/idle', 'a file');
    for (let i = 0; i < 2; i += 1) expect(await start()).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(starts()).toBe(2);
  });

  test('passes arguments and the exit status on, by every way that it is called', async () => {
    const { machine, start } = createCounted();
    expect(await start({}, ['--version'])).toMatchObject({ stdout: '1.2.3' });
    expect(await start({}, ['run', 'nothing of this name'])).toMatchObject({ exitCode: 1 });
    const link = join(machine.home, 'bin/notify-runner');
    symlinkSync(launcher, link);
    const env = { ...machine.environment, PATH: `${machine.home}/bin:/usr/bin:/bin` };
    const ways = [[link], ['notify-runner'], ['node', link], ['sh', link]];
    for (const [program = '', ...args] of ways) {
      const { stdout } = await execa(program, [...args, '--version'], { env, extendEnv: false, cwd: '/' });
      expect(stdout).toBe('1.2.3');
    }
    expect(VERSION).not.toBe('1.2.3');
  });
});
