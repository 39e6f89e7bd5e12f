import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../support/runner/machine.ts';

const quiet = '{"notify": false}';

describe('notify-runner without a command', () => {
  test('reports a missing folder of scripts, and is silent with an empty one', async () => {
    const machine = createMachine();
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    rmSync(machine.scripts, { recursive: true });
    const none = `notify-runner: There is no folder ${machine.scripts}: notify-runner init creates it.\n`;
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: none });
  });

  test('uses the account’s home without HOME, and ends with status 2 for a wrong setting', async () => {
    const machine = createMachine();
    const environment = { HOME: undefined, NOTIFY_SCRIPTS_DIR: machine.scripts, NOTIFY_STATE_DIR: machine.state };
    machine.write('a.sh', `echo '${quiet}'`);
    expect(await machine.runner(['-v'], { environment })).toMatchObject({
      status: 0,
      // A run of at least 0.1 s has its seconds at the end.
      out: expect.stringMatching(/^· a\.sh: no alert( \(\d+\.\d s\))?\n$/),
    });
    const wrong = await machine.runner([], { environment: { NOTIFY_SCRIPTS_DIR: 'scripts' } });
    expect(wrong).toEqual({
      status: 2,
      out: '',
      err: 'notify-runner: NOTIFY_SCRIPTS_DIR: scripts is not an absolute path.\n',
    });
  });

  test('fails when the home is a file', async () => {
    const machine = createMachine();
    machine.write('a.sh', `echo '${quiet}'`);
    const environment = { HOME: '/etc/passwd', NOTIFY_SCRIPTS_DIR: machine.scripts };
    const ran = await machine.runner([], { environment });
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('its folder is not a folder (ENOTDIR)');
  });

  test('keeps its state private to the user', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    await machine.runner();
    for (const folder of ['pending', 'logs', 'runs', 'locks']) {
      expect(statSync(join(machine.state, folder)).mode & 0o077).toBe(0);
    }
  });
});
