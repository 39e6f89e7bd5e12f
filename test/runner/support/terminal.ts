/** The runner on a terminal, by script(1). */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../../support/programs/bundle.ts';
import { collect, type Machine, type Ran } from '../../support/runner/machine.ts';

const SCRIPT = '/usr/bin/script';

export const hasTerminal = (): boolean => existsSync(SCRIPT);

/** Runs `notify-runner` with these words on a terminal; what it shows is in `out`. */
export function onTerminal({ environment }: Machine, words: string): Promise<Ran> {
  const command = `'${process.execPath}' '${join(bundled, 'notify-runner.cjs')}' ${words}`;
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
    env: { ...environment, TERM: 'dumb' },
    cwd: environment.HOME ?? '/',
  });
  child.stdin.end();
  return collect(child);
}
