import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { PATIENCE } from '../support/figures.ts';
import { difference, listing } from '../support/listing.ts';
import type { Server } from '../support/server.ts';
import { exposure, property } from '../support/service.ts';

/** The first deploy, and what systemd then says. */
export function deploying(server: Server): void {
  test('a dry run says what it would do, and changes nothing', async () => {
    const before = await listing(server.container);
    const { status, stdout } = await server.deploy('--dry-run');
    expect(stdout).toMatch(/Would .*install \/opt\/notify-bot\/releases\//);
    expect(status).toBe(0);
    expect(difference(before, await listing(server.container))).toEqual({ more: [], less: [] });
  });

  test('it finds a Node that was installed in /usr/local/bin alone', async () => {
    const { run } = server.container;
    await run('mv /usr/bin/node /usr/local/bin/node');
    const { stdout } = await server.deploy('--dry-run');
    await run('mv /usr/local/bin/node /usr/bin/node');
    expect(stdout).toMatch(/ok {5}\/usr\/local\/bin\/node v\d/);
  });

  test('without a token nothing is changed, and it says how to give one', async () => {
    const before = await listing(server.container);
    const { status, stdout } = await server.container.attempt('/src/scripts/deploy.sh </dev/null');
    expect(stdout).toContain('give it in TELEGRAM_BOT_TOKEN');
    expect(status).toBe(1);
    expect(difference(before, await listing(server.container))).toEqual({ more: [], less: [] });
  });

  test('it deploys, and is healthy, within a minute', async () => {
    const began = performance.now();
    const { status, stdout, stderr } = await server.deploy('');
    const seconds = (performance.now() - began) / 1000;
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain(`healthy, as @${server.sandbox.username}`);
    server.figures.add('deploy on a prepared machine', seconds, 's', 60);
    expect(seconds).toBeLessThan(60 * PATIENCE);
  });

  test('deployed once more, it finds nothing to do', async () => {
    const pid = await property(server.container, 'MainPID');
    const { status, stdout } = await server.deploy('');
    expect(stdout).toContain('nothing to do');
    expect(status).toBe(0);
    expect(await property(server.container, 'MainPID')).toBe(pid);
  });

  test('systemctl status tells how it stands, and keeps telling', async () => {
    const { run } = server.container;
    const told = async () => /Status: "(.*)"/.exec(await run('systemctl status --no-pager notify-bot'))?.[1] ?? '';
    const isStanding = (line: string) => /^0 linked · 0 queued · last poll \d+ s ago$/.test(line);
    const first = await waitFor(async () => [await told()].find(isStanding));
    expect(await run('systemctl status --no-pager notify-bot')).toContain('Active: active (running)');
    await waitFor(async () => [await told()].find((line) => isStanding(line) && line !== first));
  });

  test('the token is for the service alone', async () => {
    const { run } = server.container;
    const [token] = [server.sandbox.token];
    const pid = await property(server.container, 'MainPID');
    expect(await run(`tr '\\0' '\\n' </proc/${pid}/environ`)).not.toContain(token);
    const { status } = await server.container.attempt(`grep -rs ${token} /etc /opt /data /usr/local /run`, {
      user: 'ann',
    });
    expect(status).not.toBe(0);
    const { stdout } = await server.container.attempt(`journalctl --no-pager | grep -c ${token}`);
    expect(stdout.trim()).toBe('0');
  });

  test('bot and actor can do little else', async () => {
    const bot = await exposure(server.container, 'notify-bot.service');
    const actor = await exposure(server.container, 'notify-actor@1.service');
    server.figures.add('systemd-analyze security notify-bot', bot, '', 1.5);
    server.figures.add('systemd-analyze security notify-actor@', actor, '');
    expect(bot).toBeLessThanOrEqual(1.5);
  });
}
