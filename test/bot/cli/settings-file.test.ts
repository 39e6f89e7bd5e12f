/** `/etc/notify-bot/env` as doctor, the service and deploy.sh read it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KNOWN_SETTINGS, mistakesIn } from '../../../src/bot/cli/known-settings.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { whyNoOwnEtc, withEtc } from '../../support/host/own-etc.ts';
import { bundledProgram } from './program.ts';

const program = bundledProgram();
const root = join(import.meta.dirname, '../../..');
const why = whyNoOwnEtc();

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
}
const settingsOf = (out: string) => (JSON.parse(out) as Finding[]).filter(({ check }) => check === 'settings');

describe.skipIf(why !== undefined)(`the file of settings (${why ?? 'as root'})`, () => {
  const doctor = async (env: string | Uint8Array, environment: Record<string, string> = {}) => {
    const folder = await temporaryFolder();
    const own = { NOTIFY_DATA_DIR: folder, NOTIFY_SOCKET: join(folder, 'bot.sock'), TELEGRAM_BOT_TOKEN: '1:x' };
    const command = [process.execPath, program.path(), 'doctor', '--json'];
    return withEtc({ 'notify-bot/env': env }, command, {
      TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
      ...own,
      ...environment,
    });
  };

  test.each([
    ['NOTIFY_GROUP=root # the admins\n', 'line 1: the comment behind NOTIFY_GROUP'],
    ['A=1\nexport NOTIFY_GROUP=root\n', 'line 2: "export" belongs to the shell'],
    ['NOTIFY_GROPU=root\n', 'line 1: there is no setting NOTIFY_GROPU; did you mean NOTIFY_GROUP?'],
    ['notify_group=root\n', 'line 1: there is no setting notify_group; did you mean NOTIFY_GROUP?'],
    ['NOTIFY_LOG_LEVEL="info\n', 'line 1: the quote of NOTIFY_LOG_LEVEL does not end'],
    [Buffer.from('A=\xe9\n', 'latin1'), 'line 1: this is not UTF-8'],
  ])('doctor names the mistake in %j', async (env, sentence) => {
    const { out, status } = await doctor(env);
    expect(status).toBe(1);
    const seen = settingsOf(out)
      .filter(({ ok }) => !ok)
      .map((finding) => finding.seen);
    expect(seen).toContainEqual(expect.stringContaining(`/etc/notify-bot/env ${sentence}`));
  });

  test('doctor takes the values that systemd takes', async () => {
    const { out } = await doctor('NOTIFY_LOG_LEVEL="debug"\nNOTIFY_OUTBOX_MAX=5#0\n');
    expect(settingsOf(out)).toMatchObject([{ ok: false, seen: expect.stringContaining('NOTIFY_OUTBOX_MAX: ') }]);
    expect(settingsOf(out)[0]?.seen).toContain('"5#0"');
    expect(settingsOf((await doctor("NOTIFY_LOG_LEVEL='debug'\n")).out)).toMatchObject([{ ok: true }]);
  });

  test('doctor reaches a Telegram whose authority NODE_EXTRA_CA_CERTS of the file names', async () => {
    const folder = await temporaryFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...name];
    execFileSync('openssl', [...make, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const me = { id: 1, is_bot: true, first_name: 'N', username: 'n_bot' };
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
      response.end(JSON.stringify({ ok: true, result: me })),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const api = { TELEGRAM_API_ROOT: `https://localhost:${(server.address() as AddressInfo).port}` };
    const { out } = await doctor(`NODE_EXTRA_CA_CERTS=${cert}\n`, api);
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ check: 'telegram', ok: true }));
    expect((await doctor('', api)).out).toContain('unknown authority');
  });

  test('the service logs what systemd ignored', async () => {
    const folder = await temporaryFolder();
    // It ends because no Telegram module needs to be reached: its socket is taken by a folder.
    const own = { NOTIFY_DATA_DIR: folder, NOTIFY_SOCKET: folder, TELEGRAM_BOT_TOKEN: '1:x' };
    const { out } = await withEtc(
      { 'notify-bot/env': 'export NOTIFY_GROUP=root\n' },
      [process.execPath, program.path()],
      own,
    );
    expect(out).toMatch(/"level":"warn".*\/etc\/notify-bot\/env line 1: \\"export\\" belongs to the shell/);
  });

  test('deploy.sh names the same lines, and takes the same values', async () => {
    const env =
      'NOTIFY_GROUP=root # the admins\nexport NOTIFY_TRUSTED_USERS=x\nNOTIFY_DATA_DIR="/srv/elsewhere"\nTELEGRAM_PROXY=none\n';
    const { out } = await withEtc({ 'notify-bot/env': env }, [join(root, 'scripts/deploy.sh'), '--dry-run'], {});
    expect(out).toContain('WRONG  /etc/notify-bot/env line 1: the comment behind NOTIFY_GROUP');
    expect(out).toContain('WRONG  /etc/notify-bot/env line 2: "export" belongs to the shell');
    expect(out).toContain('WRONG  /etc/notify-bot/env says /srv/elsewhere, but DATA_DIR is /data/notifications');
    expect(out).not.toContain('TELEGRAM_PROXY is no setting');
  });
});

test('a name that is far from every setting is somebody else’s', () => {
  const settings = ['HTTPS_PROXY', 'TZ', 'NODE_OPTIONS', 'NOTIFY_INBOX_CONFIRM', 'NOTIFY_GROUP'];
  const file = { settings: settings.map((name, i) => ({ name, value: 'x', line: i, lastLine: i })), faults: [] };
  expect(mistakesIn(file)).toEqual([]);
});

test('every setting of docs/settings.md that the file may have is known', () => {
  const text = readFileSync(join(root, 'docs/settings.md'), 'utf8');
  const [bot = '', , actor = ''] = text.split(/^(?=The (?:runner|actor),)/m).map((part) => part);
  const documented = [...`${bot}${actor}`.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
  expect(documented.length).toBeGreaterThan(8);
  expect(KNOWN_SETTINGS).toEqual(expect.arrayContaining(documented));
});
