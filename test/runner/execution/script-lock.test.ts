import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { collect, createMachine, prints } from '../../support/runner/machine.ts';
import { fileExists, hasEnded, processExists } from '../support/processes.ts';

const quiet = '{"notify": false}';

describe('a script and its lock', () => {
  test('overlapping runs run it once', async () => {
    const machine = createMachine();
    machine.write(
      'slow.sh',
      `mkdir "$HOME/in" || touch "$HOME/twice"
until [ -e "$HOME/go" ]; do sleep 0.05; done
rmdir "$HOME/in"; echo x >> "$HOME/count"; echo '${quiet}'`,
    );
    let ended = 0;
    const runs = [1, 2, 3, 4].map(async () => {
      const run = await machine.runner(['-v']);
      ended += 1;
      return run;
    });
    while (ended < 3) await sleep(20);
    machine.write('./go', '');
    const ran = await Promise.all(runs);
    expect(ran.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(existsSync(join(machine.home, 'twice'))).toBe(false);
    expect(machine.read('./count')).toBe('x\n');
    expect(ran.filter(({ out }) => out.includes('running already'))).toHaveLength(3);
  });

  test('overlapping runs do not run it one after the other', async () => {
    const machine = createMachine();
    // It lasts until the second run has run b.sh.
    const record = '$HOME/.notifications/runs/b.sh.json';
    machine.write('a.sh', `touch "$HOME/began"; until [ -e "${record}" ]; do sleep 0.05; done; echo '${quiet}'`);
    machine.write('b.sh', `echo x >> "$HOME/count"; echo '${quiet}'`);
    const first = machine.runner(['--jobs', '1', '-v']);
    await fileExists(join(machine.home, 'began'));
    const second = await machine.runner(['--jobs', '1', '-v']);
    expect(second.out).toContain('a.sh: running already, another run holds its lock');
    expect((await first).out).toMatch(/b\.sh: running already, another run (came first|holds its lock)/);
    expect(machine.read('./count')).toBe('x\n');
  });

  test('the lock of a run that was killed is taken over, and its script ended', async () => {
    const machine = createMachine();
    machine.write('slow.sh', `echo $$ >> "$HOME/pids"; [ -e "$HOME/fast" ] || sleep 600; echo '${quiet}'`);
    const first = machine.start([]);
    await fileExists(join(machine.home, 'pids'));
    // The runner records the script's process directly after starting it.
    await sleep(200);
    first.kill('SIGKILL');
    await collect(first);
    machine.write('fast/x', '');
    const [left = ''] = machine.read('./pids').split('\n');
    expect(processExists(left)).toBe(true);
    const runs = await Promise.all([machine.runner(['-v']), machine.runner(['-v'])]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect(await hasEnded(left)).toBe(true);
    expect(machine.names('locks')).toEqual([]);
  });

  test('a run that is stopped leaves no script, no lock and no failure behind', async () => {
    const machine = createMachine();
    machine.write('slow.sh', `echo $$ > "$HOME/pid"; sleep 600`);
    const run = machine.start([]);
    const ended = collect(run);
    await fileExists(join(machine.home, 'pid'));
    await sleep(200);
    run.kill('SIGTERM');
    expect((await ended).status).toBe(143);
    expect(await hasEnded(machine.read('./pid'))).toBe(true);
    expect(machine.names('locks')).toEqual([]);
    expect(machine.names('state')).toEqual([]);
  });

  test.each(['/proc', '/proc/notify/state', '/dev/null/state'])(
    'without locks, in the state folder %s, it runs with one warning',
    async (folder) => {
      const machine = createMachine();
      machine.write('a.sh', prints({ notify: false }));
      const environment = { NOTIFY_STATE_DIR: folder };
      const ran = await machine.runner(['run', '-v'], { environment });
      expect(ran).toMatchObject({ status: 1, out: expect.stringMatching(/^[·✗] a\.sh: [^\n]+\n$/) });
      expect(ran.err).toMatch(/^notify-runner: \S+ cannot be changed: [^\n]+ Scripts run without a lock\.\n$/);
    },
  );
});
