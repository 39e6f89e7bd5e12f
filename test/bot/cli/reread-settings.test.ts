import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createReread } from '../../../src/bot/cli/reread-settings.ts';
import { runService } from '../../../src/bot/cli/service.ts';
import { createSandbox } from '../../../src/sandbox/sandbox.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a setting counts as the file has it now; one from elsewhere stays', async () => {
  const path = join(await temporaryFolder(), 'env');
  writeFileSync(path, 'NOTIFY_GROUP=staff\nNOTIFY_DATA_DIR=/data\nNOTIFY_RATE_PER_MINUTE=5\n');
  const environment = {
    NOTIFY_GROUP: 'staff',
    NOTIFY_DATA_DIR: '/data',
    NOTIFY_RATE_PER_MINUTE: '9',
    NOTIFY_LOG_LEVEL: 'warn',
    TELEGRAM_BOT_TOKEN: '1:x',
  };
  const reread = createReread(environment, path);
  const counted = () => {
    const { NOTIFY_GROUP, NOTIFY_RATE_PER_MINUTE, NOTIFY_LOG_LEVEL } = reread().environment;
    return [NOTIFY_GROUP, NOTIFY_RATE_PER_MINUTE, NOTIFY_LOG_LEVEL];
  };
  expect(counted()).toEqual(['staff', '5', 'warn']);
  writeFileSync(path, 'NOTIFY_LOG_LEVEL="debug"\nNOTIFY_DATA_DIR=/other\nNOTIFY_OUTBOX_MAX=7\nPATH=/x\n');
  expect(counted()).toEqual([undefined, '9', 'debug']);
  expect(reread().later).toEqual(['NOTIFY_DATA_DIR', 'NOTIFY_OUTBOX_MAX']);
  expect(reread().environment.NOTIFY_DATA_DIR).toBe('/data');
  rmSync(path);
  expect(counted()).toEqual([undefined, '9', 'warn']);
  expect(() => createReread({}, '/dev/null/env')()).toThrow("/dev/null/env can't be read (ENOTDIR).");
});

test('a running service takes the changed settings, and keeps the old ones when one is wrong', async () => {
  const folder = await temporaryFolder();
  const sandbox = createSandbox({ port: 0 });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const settingsFile = join(folder, 'env');
  writeFileSync(settingsFile, 'NOTIFY_LOG_LEVEL=warn\n');
  let printed = '';
  let reload = () => {};
  let stop = (_signal: string) => {};
  const ended = runService({
    environment: {
      TELEGRAM_BOT_TOKEN: sandbox.token,
      TELEGRAM_API_ROOT: sandbox.url,
      NOTIFY_DATA_DIR: join(folder, 'data'),
      NOTIFY_SOCKET: join(folder, 'bot.sock'),
      NOTIFY_ACTOR_SOCKET: join(folder, 'actor.sock'),
      NOTIFY_LOG_LEVEL: 'warn',
    },
    uid: process.getuid?.() ?? 0,
    programDir: folder,
    settingsFile,
    out: (text) => {
      printed += text;
    },
    err: (text) => {
      printed += text;
    },
    terminal: false,
    stopRequested: new Promise((resolve) => {
      stop = resolve;
    }),
    rerun: async () => 0,
    runAs: async () => ({ status: 0, out: '', err: '' }),
    onReload: (callback) => {
      reload = callback;
    },
  });
  await waitFor(() => (sandbox.calls.counts.getMe ?? 0) > 0);
  expect(printed).toBe('');
  writeFileSync(settingsFile, 'NOTIFY_LOG_LEVEL=info\nNOTIFY_DATA_DIR=/elsewhere\n');
  reload();
  await waitFor(() => printed.includes('These settings count after a restart.'));
  expect(printed).toContain('"level":"info","msg":"The settings were read again."');
  expect(printed).toContain('"settings":["NOTIFY_DATA_DIR"]');
  writeFileSync(settingsFile, 'NOTIFY_LOG_LEVEL=loud\n');
  reload();
  await waitFor(() => printed.includes('The settings stay as they were: NOTIFY_LOG_LEVEL: expected one of'));
  writeFileSync(settingsFile, 'NOTIFY_GROUP=nb_no_such\n');
  reload();
  await waitFor(() => printed.includes('The settings stay as they were: NOTIFY_GROUP: this host has no group'));
  stop('SIGTERM');
  expect(await ended).toBe(0);
});
