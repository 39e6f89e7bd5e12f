/** The Debian package, on a server of its own. */
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { difference, listing } from './support/listing.ts';
import { underLoad } from './support/load.ts';
import { ANN } from './support/people.ts';
import { createServer } from './support/server.ts';
import { untilReady } from './support/service.ts';
import { whyUnable } from './support/unable.ts';

const ROOT = join(import.meta.dirname, '../..');
const unable = whyUnable();
const APT = 'DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet --no-install-recommends';
const NEWER = '99.0.0';

describe.skipIf(unable !== undefined)(`the Debian package${unable ? ` (not here: ${unable})` : ''}`, () => {
  const server = createServer('notify-package');
  let before: readonly string[] = [];
  let file = '';
  beforeAll(async () => {
    const { stdout } = await execa(join(ROOT, 'scripts/deploy/debian/package-deb.sh'), { cwd: ROOT });
    await server.start();
    before = await listing(server.container);
    const made = stdout.trim().split('\n').at(-1) ?? '';
    file = `/root/${basename(made)}`;
    await copyFile(made, `${server.container.root}${file}`);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await server.lastWords());
  });
  afterAll(async () => {
    await server.stop();
    server.figures.print();
  });

  test('apt installs it from the file, with nothing to download, and it says what it wants', async () => {
    const { run } = server.container;
    const told = await run(`${APT} install ${file} 2>&1`);
    expect(told).toContain('0 upgraded, 1 newly installed');
    expect(told).toContain('put the token from @BotFather into /etc/notify-bot/telegram-bot-token');
    await run(`(umask 077 && echo '${server.sandbox.token}' >/etc/notify-bot/telegram-bot-token)`);
    await run(`echo 'TELEGRAM_API_ROOT=${server.sandbox.url}' >>/etc/notify-bot/env`);
    await run('systemctl start notify-bot.socket notify-actor.socket notify-bot');
    await waitFor(async () => /last poll/.test(await run('systemctl status --no-pager notify-bot')));
    for (const unit of ['notify-bot.socket', 'notify-actor.socket', 'notify-bot.service']) {
      expect(await run(`systemctl is-enabled ${unit}`), unit).toBe('enabled');
    }
  });

  test('it is whole: programs, manuals, completions, a guide', async () => {
    const { run } = server.container;
    for (const program of ['notify-bot', 'notify-runner', 'notify-scripts']) {
      expect(await run(`${program} --version`, { user: ANN.name }), program).toMatch(/\d+\.\d+\.\d+/);
      expect(await run(`zcat /usr/share/man/man1/${program}.1.gz`), program).toContain('.SH SYNOPSIS');
    }
    expect(await run('bash -n /usr/share/bash-completion/completions/notify-runner && echo whole')).toBe('whole');
    expect(await run('ls /usr/share/doc/notify-bot')).toContain('notifications.md');
    expect(await run('dpkg --verify notify-bot')).toBe('');
  });

  test('somebody links and sends, and a button runs a script', async () => {
    const { run } = server.container;
    await run('notify-runner init', { user: ANN.name });
    const code = /\b\d{6}\b/.exec((await server.ask(ANN, '/start')).text ?? '')?.[0];
    await run(`notify-runner link ${code}`, { user: ANN.name });
    expect(await run('notify-runner send "by the package"', { user: ANN.name })).toContain('Sent.');
    server.sandbox.say(ANN.chatId, '/run hello');
    await server.sandbox.waitFor(({ text = '' }) => /^✅ hello\S* /.test(text), 20_000);
  });

  test('an upgrade while people send: nobody fails, and links stay', async () => {
    const { run } = server.container;
    const newer = '/root/newer';
    const old = await run(`dpkg-deb --field ${file} Version`);
    await run(
      `dpkg-deb --raw-extract ${file} ${newer} && sed -i 's/^Version: .*/Version: ${NEWER}/' ${newer}/DEBIAN/control`,
    );
    await run(`cd ${newer}/usr/lib/notify-bot/dist && find . -type f -exec sed -i 's/"${old}"/"${NEWER}"/g' {} +`);
    await run(`cd ${newer} && find usr etc -type f -exec md5sum {} + >DEBIAN/md5sums`);
    await run(`dpkg-deb --build ${newer} /root/newer.deb`, { timeoutMs: 60_000 });
    const report = await underLoad(server, 'upgrade', [ANN.name], async () => {
      await run(`${APT} install /root/newer.deb`, { timeoutMs: 60_000 });
      await untilReady(server.container);
    });
    expect(report.failures).toEqual([]);
    expect(report.accepted.length).toBeGreaterThan(10);
    server.figures.add('longest wait of a sender at an upgrade by apt', report.longestMs, 'ms');
    expect(await run('notify-runner --version')).toContain(NEWER);
    expect(await run('notify-bot links')).toContain(ANN.name);
  });

  test('removed, it leaves data and settings; purged, nothing', async () => {
    const { run } = server.container;
    await run(`${APT} remove notify-bot`);
    expect((await server.container.attempt('systemctl is-active notify-bot')).stdout).toBe('inactive');
    expect(await run('ls /data/notifications')).toContain('telegram_users.json');
    expect(await run('ls /etc/notify-bot')).toContain('telegram-bot-token');
    await run(`${APT} purge notify-bot`);
    expect(difference(before, await listing(server.container))).toEqual({ more: [], less: [] });
  });
});
