import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asOwner } from '../../../src/bot/cli/as-owner.ts';
import type { BotIo } from '../../../src/bot/cli/io.ts';
import { runAs } from '../../../src/bot/cli/run-as.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const OWNER = { uid: 4711, gid: 4711 };
const isRoot = process.getuid?.() === 0;

/** A program that its account can read. */
async function programOf(text: string): Promise<string> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const path = join(folder, 'program.cjs');
  await writeFile(path, text, { mode: 0o644 });
  return path;
}

test.runIf(isRoot)(
  'the process of another account has a session of its own, and no terminal or input of root’s',
  async () => {
    const text = `
    const [, rest] = require('fs').readFileSync('/proc/self/stat', 'utf8').split(') ');
    const [, , group, session, tty] = rest.split(' ').map(Number);
    console.log(JSON.stringify({ uid: process.getuid(), own: session === process.pid && group === process.pid, tty }));
    console.error(require('fs').readFileSync(0, 'utf8') === '' ? 'no input' : 'input');
    process.exit(3);
  `;
    const { status, out, err } = await runAs(OWNER, [await programOf(text)], { PATH: '/usr/bin:/bin' });
    expect({ status, err, ...JSON.parse(out) }).toEqual({ status: 3, err: 'no input\n', uid: 4711, own: true, tty: 0 });
  },
);

test.runIf(isRoot)('a program that cannot start is named', async () => {
  const { status, err } = await runAs(OWNER, [await programOf('process.kill(process.pid, "SIGKILL")')], {});
  expect(status).toBe(1);
  expect(err).toMatch(/^notify-bot: Command was killed with SIGKILL/);
});

test.runIf(isRoot)('gets of root’s environment what it needs, and nothing else', async () => {
  const dataDir = join(await temporaryFolder(), 'data');
  await mkdir(dataDir);
  await chown(dataDir, OWNER.uid, OWNER.gid);
  let given: object = {};
  const environment = {
    NOTIFY_DATA_DIR: dataDir,
    PATH: '/usr/bin',
    LC_ALL: 'C',
    TELEGRAM_BOT_TOKEN: '1:secret',
    TELEGRAM_API_ROOT: 'https://user:password@example.org',
    SSH_AUTH_SOCK: '/root/agent',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--inspect',
  };
  const io: Partial<BotIo> = {
    uid: 0,
    environment,
    settingsFile: '/nonexistent',
    async runAs(_owner, _args, passed) {
      given = passed;
      return { status: 0, out: '', err: '' };
    },
  };
  await asOwner(io as BotIo, ['links']);
  expect(Object.keys(given).sort()).toEqual(['LC_ALL', 'NOTIFY_DATA_DIR', 'PATH']);
});
