/** The desktop program in docs/dashboard.md runs unchanged. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const home = mkdtempSync(join(tmpdir(), 'notify-web-desktop-'));
const shown = join(home, 'shown');
let web: RunningWeb;
let program: ChildProcess | undefined;

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'assert __import__("sys").version_info >= (3, 9)'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  web = await startWeb();
  const notifySend = join(home, 'notify-send');
  writeFileSync(shown, '');
  writeFileSync(notifySend, `#!/bin/sh\nprintf '%s\\n' "$*" >>${shown}\n`);
  chmodSync(notifySend, 0o755);
});
afterAll(async () => {
  program?.kill('SIGKILL');
  await web.stop();
  rmSync(home, { recursive: true, force: true });
});

test.skipIf(!hasPython())(
  'it shows a message, and ends when its key expires',
  async () => {
    const docs = readFileSync(new URL('../../docs/dashboard.md', import.meta.url), 'utf8');
    const [, source = ''] = /```python\n([\s\S]*?)```/.exec(docs) ?? [];
    writeFileSync(join(home, 'desktop.py'), source.replace('https://notify.example.org', web.url));
    const visitor = await web.visitor('anna');
    const page = await visitor.submit('/sessions', '/sessions/programs', { name: 'desktop' });
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config/notify-key'), `${/<code>([\w-]{43})</.exec(page.text)?.[1]}\n`);
    const env = { HOME: home, PATH: `${home}:${process.env.PATH}` };
    program = spawn('python3', [join(home, 'desktop.py')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    program.stderr?.on('data', (piece) => {
      output += String(piece);
    });
    const metrics = async () => (await fetch(`${web.url}/metrics`)).text();
    await waitFor(async () => (await metrics()).includes('notify_web_streams 1'));
    await web.bot.link('anna', 700);
    await web.bot.send({ user: 'anna', title: 'Revenue', text: 'down <b> 5 %' });
    await waitFor(() => readFileSync(shown, 'utf8').includes('-- Revenue down &lt;b&gt; 5 %'));
    const over = once(program, 'exit');
    await visitor.submit('/sessions', '/sessions/end-all');
    expect(await over).toEqual([1, null]);
    expect(output).toContain('The key has ended');
  },
  60_000,
);
