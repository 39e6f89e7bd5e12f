import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundled } from '../../../support/programs/bundle.ts';
import { createMachine } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

const run = promisify(execFile);

/** The command after `exec --` and where its output goes; its exit status, and the text of the message. */
const CASES: readonly (readonly [string, string, number, RegExp])[] = [
  ['yes', '| head -1', 141, /^Ended by SIGPIPE \(the reader of its output has closed the pipe\), after /],
  [`sh -c 'echo 1; sleep 0.3; echo 2; sleep 0.3; echo 3; exit 5'`, '| head -c1', 141, /^Ended by SIGPIPE/],
  [`sh -c 'seq 100000; exit 5'`, '| head -c1', 5, /^Exit code 5/],
  [`sh -c 'echo 1 >/dev/stdout; echo 2 | tee /dev/stderr >/dev/null; exit 5'`, '2>/dev/null', 5, /\n1\n2\n/],
  [`sh -c 'trap "" PIPE; echo 1; sleep 0.3; echo 2 2>/dev/null; exit 5'`, '| head -c1', 5, /^Exit code 5, after /],
  ['echo hi', '>/dev/full', 0, /^Exit code 0, after \d+ ms\.\n\n```\nhi\n```$/],
  [`sh -c 'seq 100000; exit 3'`, '>/dev/full', 3, /^Exit code 3, after [^\n]+\n\n```\n…(?:.|\n)*100000\n```$/],
  [`sh -c 'seq 100000 >&2; exit 4'`, '2>/dev/full', 4, /^Exit code 4, after (?:.|\n)*100000\n```$/],
  ['echo hi', '>&-', 0, /^Exit code 0/],
];

test.each(CASES)('exec -- %s %s', async (command, where, status, text) => {
  const machine = createMachine();
  const bot = await startScriptedBot(machine.socketPath);
  const exec = `"${process.execPath}" "${join(bundled, 'notify-runner.cjs')}" exec --name y -- ${command}`;
  const { stdout, stderr } = await run('bash', ['-c', `${exec} ${where}; echo "status \${PIPESTATUS[0]}"`], {
    env: machine.environment,
  });
  expect(stdout).toMatch(new RegExp(`\nstatus ${status}\n$|^status ${status}\n$|^1status ${status}\n$`));
  expect(stderr).toBe('');
  expect(bot.asked).toHaveLength(1);
  expect(bot.asked[0]?.body.text).toMatch(text);
});
