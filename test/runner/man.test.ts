import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { manPage, PROGRAMS } from '../../docs/man/build.js';
import { runProgram as runBot } from '../../src/bot/cli/program.ts';
import type { RunnerIo } from '../../src/runner/cli/io.ts';
import { runProgram } from '../../src/runner/cli/program.ts';
import { runScriptsProgram } from '../../src/runner/cli/scripts-program.ts';
import { runProgram as runWeb } from '../../src/web/program.ts';

type Print = (args: readonly string[], out: (text: string) => void) => Promise<number>;

/** Help needs only an output. */
const io = (out: (text: string) => void): RunnerIo => ({
  environment: {},
  home: '/nowhere',
  uid: 0,
  node: 'node',
  self: 'notify-runner',
  cores: 1,
  out,
  err: out,
  terminal: false,
  errTerminal: false,
  inTerminal: false,
  input: undefined,
  stop: new AbortController().signal,
  onSignal: () => {},
});

const prints: Readonly<Record<string, Print>> = {
  'notify-runner': (args, out) => runProgram(args, io(out)),
  'notify-scripts': (args, out) => runScriptsProgram(args, io(out)),
  'notify-web': (args, out) =>
    runWeb(args, { ...io(out), programDir: '/nowhere', stopRequested: new Promise(() => {}) }),
  'notify-bot': (args, out) =>
    runBot(args, {
      ...io(out),
      programDir: '/nowhere',
      stopRequested: new Promise(() => {}),
      settingsFile: '/nowhere',
      rerun: async () => 0,
      runAs: async () => ({ status: 0, out: '', err: '' }),
      onReload: () => {},
    }),
};

async function helpOf(name: string, args: readonly string[]): Promise<string> {
  let text = '';
  await prints[name]?.(args, (more) => {
    text += more;
  });
  return text;
}

describe('the manual pages', () => {
  test.each(PROGRAMS)('%s(1) matches --help; node docs/man/build.js writes it', async (name) => {
    const page = readFileSync(new URL(`../../docs/man/${name}.1`, import.meta.url), 'utf8');
    expect(await manPage(name, (args) => helpOf(name, args))).toBe(page);
  });

  test('are roff without a complaint', ({ skip }) => {
    let version = '';
    try {
      version = execFileSync('groff', ['--version'], { encoding: 'utf8' });
    } catch {
      // Not installed.
    }
    skip(version === '', 'groff is not installed');
    for (const name of PROGRAMS) {
      const page = new URL(`../../docs/man/${name}.1`, import.meta.url).pathname;
      const complaints = execFileSync('sh', ['-c', 'groff -man -Tutf8 -ww -z "$1" 2>&1', 'sh', page], {
        encoding: 'utf8',
      });
      expect(complaints).toBe('');
    }
  });
});
