/** A shell on a terminal, to try its completion with TAB. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { bundled } from '../../support/programs/bundle.ts';
import type { Machine } from '../../support/runner/machine.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

const MARK = 'ready-to-type';
/** Ctrl-T, bound below. */
const SHOW = '\u0014';
/** Ctrl-U; the first may only close a menu of completions. */
const CLEAR = '\u0015\u0015';

/** How each shell is started, and the widget behind Ctrl-T, which writes the line to a file. */
const SETTINGS: Readonly<Record<Shell, { readonly start: string; readonly rc: string; readonly call: string }>> = {
  bash: {
    start: 'bash --noprofile --rcfile "$HOME/rc" -i',
    rc: `source "$HOME/completion"
bind 'set bell-style none'
bind -x '"\\C-t": printf %s "$READLINE_LINE" > "$HOME/line.new"; mv "$HOME/line.new" "$HOME/line"'
PS1='${MARK} '`,
    call: 'notify-runner() { printf "%s\\0" "$@"; }',
  },
  zsh: {
    start: 'cp "$HOME/rc" "$HOME/.zshrc"; zsh -i',
    rc: `autoload -Uz compinit; compinit -u; source "$HOME/completion"
show() { print -rn -- "$BUFFER" > "$HOME/line.new"; mv "$HOME/line.new" "$HOME/line" }
zle -N show; bindkey '^T' show
PS1='${MARK} '`,
    call: 'notify-runner() { printf "%s\\0" "$@"; }',
  },
  fish: {
    start:
      'mkdir -p "$HOME/.config/fish" "$HOME/.local/share/fish/generated_completions"; cp "$HOME/rc" "$HOME/.config/fish/config.fish"; fish -i',
    rc: `source $HOME/completion
function fish_prompt; echo -n '${MARK} '; end
function fish_greeting; end
bind \\ct 'commandline > $HOME/line.new; mv $HOME/line.new $HOME/line'`,
    call: 'function notify-runner; printf "%s\\0" $argv; end',
  },
};

const onPath = (program: string) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));

/** Whether the shell is installed. */
export const hasShell = (shell: Shell): boolean => onPath('script') && onPath(shell);

/** Prepares a home: the program is on the PATH, and the shell loads the completion at its start. */
export async function withCompletion(machine: Machine, shell: Shell): Promise<Record<string, string>> {
  machine.write('bin/node', '', 0o755);
  for (const [name, target] of [
    ['node', process.execPath],
    ['notify-runner', join(bundled, 'notify-runner.cjs')],
  ] as const) {
    rmSync(join(machine.home, 'bin', name), { force: true });
    symlinkSync(target, join(machine.home, 'bin', name));
  }
  machine.write('./rc', SETTINGS[shell].rc);
  machine.write('./completion', (await machine.runner(['completion', shell])).out);
  return {
    ...machine.environment,
    PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin`,
    TERM: 'xterm',
    SHELL: '/bin/sh',
  };
}

/** A shell on a terminal. */
export interface Terminal {
  /** Types a line, presses TAB, and returns the resulting line. */
  pressTab(typed: string): Promise<string>;
}

/** Opens a terminal in the machine's home; it is closed after the test. */
export async function openTerminal(machine: Machine, shell: Shell): Promise<Terminal> {
  const env = await withCompletion(machine, shell);
  const child = spawn('script', ['-qec', SETTINGS[shell].start, '/dev/null'], { cwd: machine.home, env });
  onTestFinished(async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  });
  let seen = '';
  child.stdout.on('data', (chunk) => {
    seen += chunk;
  });
  const waitFor = async (condition: () => boolean) => {
    const end = Date.now() + 10_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`${shell} shows ${JSON.stringify(seen)}`);
      await sleep(10);
    }
  };
  await waitFor(() => seen.includes(MARK));
  const path = join(machine.home, 'line');
  return {
    async pressTab(typed) {
      rmSync(path, { force: true });
      child.stdin.write(`${CLEAR}${typed}\t${SHOW}`);
      await waitFor(() => existsSync(path));
      return readFileSync(path, 'utf8').replace(/\n$/, '');
    },
  };
}

/** The arguments that the program gets from a line. */
export function argumentsIn(machine: Machine, shell: Shell, line: string): readonly string[] {
  const script = `${SETTINGS[shell].call}\n${line}\n`;
  const out = execFileSync(shell, ['-c', script], { env: machine.environment, cwd: machine.home, encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}
