/** The built dashboard on sockets that were opened before it started, as systemd does it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleWeb } from '../../../scripts/build/bundle-web.js';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { freePort } from '../../support/network/free-port.ts';
import { options as bundling } from '../../support/programs/bundle.ts';
import { waitFor } from '../../support/wait-for.ts';
import { askForAddress, throughProxy } from '../support/running-web.ts';

const ACTIVATE = '/usr/bin/systemd-socket-activate';
const root = new URL('../../..', import.meta.url).pathname;

test.skipIf(!existsSync(ACTIVATE))(
  'it serves on the sockets that systemd holds, and opens no port of its own',
  async () => {
    const folder = await temporaryFolder();
    const port = await freePort();
    await bundleWeb(folder, { ...bundling, bundle: true, format: 'esm', splitting: true });
    const [proxySocket, loginSocket] = [join(folder, 'proxy.sock'), join(folder, 'web.sock')];
    const environment = {
      NODE_PATH: join(root, 'node_modules'),
      NOTIFY_SOCKET: join(folder, 'no-bot.sock'),
      NOTIFY_WEB_SOCKET: loginSocket,
      NOTIFY_WEB_STATE_DIR: join(folder, 'state'),
      // Held already: it is not opened again.
      NOTIFY_WEB_LISTEN: `127.0.0.1:${port}`,
    };
    const settings = Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`);
    const sockets = [`--listen=127.0.0.1:${port}`, `--listen=${proxySocket}`];
    const program = spawn(ACTIVATE, [...settings, ...sockets, process.execPath, join(folder, 'notify-web.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(program, 'exit');
    onTestFinished(async () => {
      program.kill('SIGKILL');
      await ended;
    });
    let printed = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', (data) => (printed += String(data)));
    await waitFor(() => printed.includes('Listening on'));

    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/login`)).status).toBe(200);
    expect(printed).not.toContain('systemd does not hold');
    expect(await throughProxy({ settings: { proxySocket }, url }, '/login')).toBe(200);
    expect(await throughProxy({ settings: { proxySocket }, url }, '/metrics')).toBe(404);
    expect((await askForAddress(loginSocket)).url).toMatch(new RegExp(`^${url}/login/once/`));
  },
);
