import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { CROWD, linkCrowd } from '../support/crowd.ts';
import { PATIENCE } from '../support/figures.ts';
import { type LoadReport, underLoad } from '../support/load.ts';
import { ANN } from '../support/people.ts';
import { anotherRelease } from '../support/release.ts';
import { DEPLOY_MS, type Server } from '../support/server.ts';
import { property, untilReady } from '../support/service.ts';

/** Telegram takes thirty a second. */
const ARRIVE_MS = 60_000;
/** Between two blows. */
const PAUSE_MS = 1500;

/** All is well until systemd starts it. */
const SPOILT = `sed -i '1a if (process.env.NOTIFY_SERVICE_MANAGER) throw new Error("spoilt on purpose");' dist/notify-bot.js`;

/** Blows while people send. */
export function outages(server: Server): void {
  const arrivals = () => new Set(server.sandbox.messages().map(({ text }) => text));
  async function missing({ accepted }: LoadReport): Promise<string[]> {
    const absent = () => {
      const there = arrivals();
      return accepted.filter((text) => !there.has(text));
    };
    await waitFor(() => absent().length === 0, ARRIVE_MS).catch(() => {});
    return absent();
  }

  test('a restart while people send: they wait a moment, and nobody fails', async () => {
    await linkCrowd(server);
    const report = await underLoad(server, 'restart', CROWD, async () => {
      await server.container.run('systemctl restart notify-bot');
    });
    expect(report.failures).toEqual([]);
    expect(report.accepted.length).toBeGreaterThan(40);
    expect(await missing(report)).toEqual([]);
    server.figures.add('longest wait of a sender at a restart', report.longestMs, 'ms', 1000);
    expect(report.longestMs).toBeLessThanOrEqual(1000 * PATIENCE);
  });

  test('killed while people send and Telegram is away: nothing that was accepted is lost', async () => {
    const report = await underLoad(server, 'kill', CROWD, async () => {
      await server.sandbox.stop();
      for (let kill = 1; kill <= 2; kill += 1) {
        await server.container.run('systemctl kill --signal=KILL notify-bot');
        await untilReady(server.container);
        await sleep(PAUSE_MS);
      }
      await server.sandbox.start();
    });
    expect(report.accepted.length).toBeGreaterThan(60);
    const lost = await missing(report);
    server.figures.add('messages sent around two kills with Telegram away', report.accepted.length, '');
    server.figures.add('… of them lost', lost.length, '', 0);
    expect(lost).toEqual([]);
  });

  test('a new release while people send: nobody fails, and nothing is lost', async () => {
    const { tree, version } = await anotherRelease(server.container, '99.0.0');
    const report = await underLoad(server, 'redeploy', CROWD, async () => {
      const { status, stdout, stderr } = await server.deploy('', tree);
      expect(status, `${stdout}\n${stderr}`).toBe(0);
    });
    expect(await server.container.run('notify-runner --version')).toContain(version);
    expect(await server.container.run('readlink /opt/notify-bot/current')).toBe(`releases/${version}`);
    expect(report.failures).toEqual([]);
    expect(await missing(report)).toEqual([]);
    server.figures.add('longest wait of a sender at a new release', report.longestMs, 'ms', 1000);
    expect(report.longestMs).toBeLessThanOrEqual(1000 * PATIENCE);
  });

  test('a release that does not start: it goes back, and says why', async () => {
    const { tree } = await anotherRelease(server.container, '99.1.0', SPOILT);
    const report = await underLoad(server, 'rollback', CROWD, async () => {
      const { status, stdout, stderr } = await server.deploy('', tree);
      expect({ status, stdout, stderr }).toMatchObject({ status: 1 });
      expect(`${stdout}${stderr}`).toContain('spoilt on purpose');
      expect(stderr).toContain('99.0.0 runs again');
    });
    expect(await server.container.run('readlink /opt/notify-bot/current')).toBe('releases/99.0.0');
    expect(await server.container.run('systemctl is-active notify-bot')).toBe('active');
    expect(report.failures).toEqual([]);
    expect(await missing(report)).toEqual([]);
  });

  test('a deployment that was killed right after the switch is finished by the next one', async () => {
    const { tree } = await anotherRelease(server.container, '99.2.0');
    const { run } = server.container;
    const restart = 'systemctl restart notify-bot.service ||';
    expect(await run(`grep -c '${restart}' ${tree}/scripts/deploy.sh`)).toBe('1');
    await run(`sed 's/^  ${restart}.*/kill -KILL $$/' ${tree}/scripts/deploy.sh >${tree}/scripts/dying.sh`);
    const pid = await property(server.container, 'MainPID');
    const dying = await server.container.attempt(`bash ${tree}/scripts/dying.sh </dev/null`, { timeoutMs: DEPLOY_MS });
    expect(dying.status).not.toBe(0);
    expect(await run('readlink /opt/notify-bot/current')).toBe('releases/99.2.0');
    expect(await property(server.container, 'MainPID')).toBe(pid);
    const { status, stdout } = await server.deploy('', tree);
    expect(stdout).toContain('An earlier run was killed');
    expect(status).toBe(0);
    expect(await property(server.container, 'MainPID')).not.toBe(pid);
    expect((await server.deploy('', tree)).stdout).toContain('nothing to do');
  });

  test('a service that hangs is restarted', async () => {
    const { run } = server.container;
    const dropIn = '/run/systemd/system/notify-bot.service.d';
    await run(
      `mkdir -p ${dropIn} && printf '[Service]\\nWatchdogSec=3s\\nTimeoutAbortSec=1s\\n' >${dropIn}/hurry.conf`,
    );
    await run('systemctl daemon-reload && systemctl restart notify-bot');
    const pid = await property(server.container, 'MainPID');
    await run(`kill -STOP ${pid}`);
    const began = performance.now();
    await waitFor(async () => ![pid, '0'].includes(await property(server.container, 'MainPID')), 30_000);
    await untilReady(server.container);
    server.figures.add('back after hanging, with a watchdog of 3 s', (performance.now() - began) / 1000, 's');
    await run(`rm -r ${dropIn} && systemctl daemon-reload && systemctl restart notify-bot`);
    expect(await run('notify-runner send "still here"', { user: ANN.name })).toContain('Sent.');
  });

  test('wrong settings end it, and connections do not restart it again and again', async () => {
    const { run, attempt } = server.container;
    const token = '/etc/notify-bot/telegram-bot-token';
    const tries = async () => Number(await run("journalctl -u notify-bot -o cat | grep -c 'is not set' || true"));
    // It knocks too, ever more rarely.
    await run('systemctl stop notify-web');
    await run(`mv ${token} ${token}.away`);
    expect((await attempt('systemctl restart notify-bot')).status).not.toBe(0);
    await sleep(3000);
    expect(await tries()).toBe(1);
    expect(await property(server.container, 'ExecMainStatus')).toBe('2');
    await attempt('curl --max-time 4 --unix-socket /run/notify-bot/bot.sock http://bot/health');
    await waitFor(async () => (await property(server.container, 'ActiveState')) === 'failed', 30_000);
    expect(await tries()).toBeLessThan(10);
    await run(`mv ${token}.away ${token} && systemctl reset-failed notify-bot && systemctl restart notify-bot`);
    await untilReady(server.container);
    expect(await run('notify-runner send "mended"', { user: ANN.name })).toContain('Sent.');
    await run('systemctl start notify-web');
  });

  test('a reboot brings it all back, and what was queued arrives', async () => {
    await server.sandbox.stop();
    const queued = await server.container.run('notify-runner send --title Reboot "before the reboot"', {
      user: ANN.name,
    });
    expect(queued).toContain('Queued: the bot sends it');
    const began = performance.now();
    await server.container.reboot();
    await untilReady(server.container);
    server.figures.add('reboot, until the service is ready', (performance.now() - began) / 1000, 's');
    await server.sandbox.start();
    await server.sandbox.waitFor(({ text = '' }) => text.includes('before the reboot'), ARRIVE_MS);
    const { run } = server.container;
    for (const unit of ['notify-bot.socket', 'notify-actor.socket', 'cron.service']) {
      expect(await run(`systemctl is-active ${unit}`), unit).toBe('active');
    }
    expect((await server.ask(ANN, '/status')).reply_markup?.inline_keyboard).not.toHaveLength(0);
  });
}
