import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../support/runner/scripted-bot.ts';
import { argumentsIn, hasShell, openTerminal, type Shell } from '../../support/tab.ts';

const NAMES = [
  '$(touch PWN).sh',
  '`touch PWN`.sh',
  'two words.sh',
  `it's "quoted".sh`,
  'a;touch PWN;.sh',
  'star*[x]?.sh',
  'back\\slash.sh',
  'colon:and=equals.sh',
  'größe 📈.sh',
  'a #hash &amp.sh',
  '~tilde.sh',
];

const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['sen', ['send']],
  ['send --severity crit', ['send', '--severity', 'critical']],
  ['completion z', ['completion', 'zsh']],
  ['send --file char', ['send', '--file', 'chart one.png']],
  ['send --image char', ['send', '--image', 'chart one.png']],
  ['run rev', ['run', 'revenue report.py']],
  ["run 'rev", ['run', 'revenue report.py']],
  ['run revenue\\ r', ['run', 'revenue report.py']],
  ['run --dry', ['run', '--dry-run']],
  ['logs --script rev', ['logs', '--script', 'revenue report.py']],
  ['help stat', ['help', 'status']],
  ['destination al', ['destination', 'allow']],
  ['destination add ops --sen', ['destination', 'add', 'ops', '--senders']],
  ['alerts --state fir', ['alerts', '--state', 'firing']],
  ['ack DiskFull --com', ['ack', 'DiskFull', '--comment']],
  ['ack Disk', ['ack', 'Disk full; rm x']],
  ['unack 3d3d', ['unack', '3d3d7cb15d1b2d0a']],
];

/** An alert whose name a shell must not read as anything else. */
const ALERTS = {
  ok: true,
  alerts: [
    {
      fingerprint: '3d3d7cb15d1b2d0a',
      owner: 'ann',
      state: 'firing',
      labels: { alertname: 'Disk full; rm x' },
      annotations: {},
      starts_at: '2026-03-01T12:00:00.000Z',
      updated_at: '2026-03-01T12:00:00.000Z',
      source: 'socket',
      comments: [],
      flapping: false,
      told: [],
      routes: [],
    },
  ],
  total: 1,
  next: null,
};

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

const nothing = prints({ notify: false });

test('the names alone, one a line, only of real scripts', async () => {
  const machine = createMachine();
  for (const name of [...NAMES, '_no.sh', 'no.txt', 'no.sh~', 'line\nbreak.sh']) machine.write(name, nothing);
  const { out, status } = await machine.runner(['list', '--names']);
  expect(status).toBe(0);
  expect(out.split('\n').slice(0, -1).sort()).toEqual([...NAMES].sort());
});

for (const shell of SHELLS) {
  describe.skipIf(!hasShell(shell))(
    `${shell}${hasShell(shell) ? '' : ' (not installed, or no script command)'}`,
    () => {
      test('takes names literally', async () => {
        const machine = createMachine();
        machine.write('no.txt', '');
        machine.write('_no.sh', nothing);
        const terminal = await openTerminal(machine, shell);
        expect((await terminal.pressTab('notify-runner run ')).trim()).toBe('notify-runner run');
        for (const name of NAMES) {
          const path = machine.write(name, nothing);
          const line = await terminal.pressTab('notify-runner run ');
          expect(argumentsIn(machine, shell, line)).toEqual(['run', name]);
          rmSync(path);
        }
        for (const folder of [machine.home, machine.scripts]) expect(readdirSync(folder)).not.toContain('PWN');
      });

      test('completes commands, options, their values, files and scripts', async () => {
        const machine = createMachine();
        machine.write('revenue report.py', '');
        machine.write('./chart one.png', '');
        await startScriptedBot(machine.socketPath, answering(200, ALERTS));
        const terminal = await openTerminal(machine, shell);
        for (const [typed, expected] of LINES) {
          const line = await terminal.pressTab(`notify-runner ${typed}`);
          expect(argumentsIn(machine, shell, line)).toEqual(expected);
        }
      });
    },
  );
}

test('bash completes without a terminal too, several words at once', async () => {
  const machine = createMachine();
  machine.write('./completion', (await machine.runner(['completion', 'bash'])).out);
  const script = `source "$HOME/completion"
COMP_WORDS=(notify-runner st); COMP_CWORD=1; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner send --severity ''); COMP_CWORD=3; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner send --severity = h); COMP_CWORD=4; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner completion ''); COMP_CWORD=2; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner destination ''); COMP_CWORD=2; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner destination show --); COMP_CWORD=3; _notify_runner; echo "\${COMPREPLY[@]}"
COMP_WORDS=(notify-runner send --ti); COMP_CWORD=2; _notify_runner; echo "\${COMPREPLY[@]}"`;
  const env = { ...machine.environment, PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin` };
  const out = execFileSync('bash', ['-c', script], { env, encoding: 'utf8' });
  expect(out).toBe(
    'status\ninfo low medium high critical\nhigh\nbash zsh fish\nadd list show remove allow deny test\n--json\n--title\n',
  );
});

test.each(['bash', 'zsh', 'fish'])('%s completes every command', async (shell) => {
  const machine = createMachine();
  const { status, out } = await machine.runner(['completion', shell]);
  expect(status).toBe(0);
  for (const command of ['run', 'list', 'link', 'unlink', 'status', 'send', 'exec', 'init', 'logs', 'doctor']) {
    expect(out).toMatch(new RegExp(`\\b${command}\\b`));
  }
});
