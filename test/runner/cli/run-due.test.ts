import { mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePipe } from '../../support/files/make-pipe.ts';
import { createMachine, prints } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';

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

  test('ends although pipes stand in the place of its files', { timeout: 30_000 }, async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    for (const name of ['runs/a.sh.json', 'state/a.sh.json', 'pending/1.json', 'logs/runner.log', 'config.json']) {
      mkdirSync(dirname(join(machine.state, name)), { recursive: true });
      makePipe(join(machine.state, name));
    }
    const ran = await machine.runner();
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('it is not a regular file');
    expect((await machine.runner(['doctor'])).err).toBe('');
    expect((await machine.runner(['logs'])).status).not.toBeNull();
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

describe('files that look like scripts and are not run', () => {
  function folder() {
    const machine = createMachine();
    machine.write('fine.sh', `echo '${quiet}'`);
    machine.write('notes.txt', 'notes');
    machine.write('report', '#!/bin/sh\n');
    machine.write('A.PY', '');
    symlinkSync('/nowhere', join(machine.scripts, 'linked.sh'));
    return machine;
  }
  const sentences = ({ scripts }: { scripts: string }) => [
    '"A.PY" is skipped: its ending is not written so; rename it to A.py.',
    '"linked.sh" is skipped: it is a link to /nowhere, which does not exist.',
    `"report" is skipped: it is not executable, and its ending names no interpreter; chmod +x ${scripts}/report, or rename it.`,
  ];
  const notes = ({ scripts }: { scripts: string }) =>
    `"notes.txt" is skipped: it is not executable, and its ending names no interpreter; chmod +x ${scripts}/notes.txt, or rename it.`;

  test('are named once in the chat, also when nothing is due, and again for another reason', async () => {
    const machine = folder();
    machine.write('fine.sh', `# notify: schedule="0 0 1 1 *"\necho '${quiet}'`);
    // Until the bot is there, the notice is due.
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    await machine.runner();
    const [notice, ...more] = bot.asked.map(({ body }) => body);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ title: '3 files are not run', severity: 'info', source: 'notify-runner' });
    for (const name of ['`A.PY`', '`linked.sh`', 'report']) expect(notice?.text).toContain(`"${name}" is skipped`);
    expect(notice?.text).not.toContain('notes.txt');
    rmSync(join(machine.scripts, 'linked.sh'));
    await machine.runner();
    machine.write('user/notifications/other', '#!/bin/sh\n');
    await machine.runner();
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.title)).toEqual(['3 files are not run', 'A file is not run']);
  });

  test('are not named in the chat where failure alerts are turned off', async () => {
    const machine = folder();
    machine.write('.notifications/config.json', '{"tell_failures": false}');
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toEqual([]);
  });

  test('are named by list in one line where they are leftovers', async () => {
    const machine = createMachine();
    for (const name of ['a.sh', 'a.sh.bak', 'a.sh~', '.a.sh.swp', '_b.sh']) machine.write(name, '#!/bin/sh\n', 0o755);
    expect((await machine.runner(['list'])).err).toBe(
      'notify-runner: Not run, because their names say that they are leftovers: a.sh.bak, a.sh~.\n',
    );
    expect((await machine.runner(['doctor'])).out).toContain('one script; not run: a.sh.bak, a.sh~\n');
  });

  test('are named by list, by a run that prints lines, and by doctor', async () => {
    const machine = folder();
    const [upper = '', link = '', report = ''] = sentences(machine);
    const err = [upper, link, notes(machine), report].map((sentence) => `notify-runner: ${sentence}\n`).join('');
    expect((await machine.runner(['list'])).err).toBe(err);
    expect((await machine.runner(['-v'])).err).toBe(err);
    const checked = await machine.runner(['doctor']);
    expect(checked.out).toContain(`✗ folder  ${upper}\n          → notify-runner list names all that are skipped\n`);
    for (const name of ['A.PY', 'linked.sh', 'report']) rmSync(join(machine.scripts, name));
    expect((await machine.runner(['doctor'])).out).toContain(
      `✓ folder  ${machine.scripts}, one script; not run: notes.txt\n`,
    );
  });
});
