import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ANN, BEN, type Person } from '../support/people.ts';
import type { Server } from '../support/server.ts';
import { exposure, property } from '../support/service.ts';

const UNIT = 'notify-web.service';
const NAME = 'notify.example.org';

/** A port that is free on this computer, whose network the server shares. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The dashboard is turned on, and reached through the proxy that the guide shows. */
export function dashboard(server: Server): void {
  let port = 0;
  let proxyPort = 0;
  const jarOf = ({ name }: Person) => `/tmp/cookies-${name}`;
  const fetchAs = async (person: Person, path: string, more = '') => {
    // A stream ends with curl's own time limit, which is a failure to curl.
    const { status, stdout, stderr } = await server.container.attempt(
      `curl -sSk --max-time 20 --resolve ${NAME}:${proxyPort}:127.0.0.1 -b ${jarOf(person)} -c ${jarOf(person)} ${more} 'https://${NAME}:${proxyPort}${path}'`,
    );
    if (![0, 28].includes(status ?? -1)) throw new Error(`curl ends with ${status}: ${stderr}`);
    return stdout;
  };

  test('it is off until somebody wants it', async () => {
    const { status } = await server.container.attempt(`systemctl cat ${UNIT}`);
    expect(status).not.toBe(0);
    expect((await server.container.attempt('getent passwd notify-web')).status).not.toBe(0);
  });

  test('WEB=yes makes its user, has the bot trust it, and starts it', async () => {
    [port, proxyPort] = [await freePort(), await freePort()];
    const { run } = server.container;
    await run('mkdir -p /etc/notify-web');
    await run('cat >/etc/notify-web/env', {
      input: `NOTIFY_WEB_URL=https://${NAME}:${proxyPort}\nNOTIFY_WEB_ADMINS=${BEN.name}\n`,
    });
    await run('mkdir -p /etc/systemd/system/notify-web.socket.d');
    await run('cat >/etc/systemd/system/notify-web.socket.d/listen.conf', {
      input: `[Socket]\nListenStream=\nListenStream=127.0.0.1:${port}\nListenStream=/run/notify-web-proxy.sock\n`,
    });
    const { status, stdout, stderr } = await server.deploy('', undefined, { WEB: 'yes' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('started notify-web.service');
    expect(await run(`curl -sS http://127.0.0.1:${port}/healthz`)).toContain('"status":"ok"');
    const pid = await property(server.container, 'MainPID', UNIT);
    const again = await server.deploy('');
    expect(again.stdout).toContain('nothing to do');
    expect(await property(server.container, 'MainPID', UNIT)).toBe(pid);
  });

  test('it can do little else', async () => {
    const found = await exposure(server.container, UNIT);
    server.figures.add('systemd-analyze security notify-web', found, '', 1.5);
    expect(found).toBeLessThanOrEqual(1.5);
    const pid = await property(server.container, 'MainPID', UNIT);
    const token = await server.container.attempt(`nsenter -t ${pid} -m -S $(id -u notify-web) cat /etc/notify-bot/env`);
    expect(token.status).not.toBe(0);
  });

  test('behind nginx, set up as the guide shows, people log in by the address that the kernel gave them', async () => {
    const { run } = server.container;
    const guide = await readFile(join(import.meta.dirname, '../../../docs/dashboard.md'), 'utf8');
    const [, shown = ''] = /^```nginx\n(.+?)^```$/ms.exec(guide) ?? [];
    const site = shown
      .replace('listen 443 ssl', `listen 127.0.0.1:${proxyPort} ssl`)
      .replaceAll(`/etc/letsencrypt/live/${NAME}`, '/etc/nginx/tls')
      .replace('Host $host;', 'Host $http_host;');
    await run(`mkdir -p /etc/nginx/tls && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${NAME} \
      -keyout /etc/nginx/tls/privkey.pem -out /etc/nginx/tls/fullchain.pem 2>&1`);
    await run('cat >/etc/nginx/conf.d/dashboard.conf', { input: site });
    await run('nginx -t 2>&1 && systemctl restart nginx');
    for (const person of [ANN, BEN]) {
      const { url } = JSON.parse(await run('notify-runner web --json', { user: person.name }));
      expect(url).toMatch(new RegExp(`^https://${NAME}:${proxyPort}/login/once/`));
      const token = String(url).split('/').at(-1);
      expect(await fetchAs(person, '/login/once', `-H 'Sec-Fetch-Site: same-origin' -d token=${token}`)).toBe('');
      const page = await fetchAs(person, '/');
      expect(page).toContain(`data-user="${person.name}"`);
      expect(page).toContain('Send a test');
    }
    expect(await fetchAs(ANN, '/metrics', '-o /dev/null -w "%{http_code}"')).toBe('404');
  });

  test('it shows scripts and runs them as their owner, and admins see everybody', async () => {
    const page = await fetchAs(ANN, '/scripts');
    expect(page).toContain('beat.sh');
    const user = /name="user" value="([^"]+)"/.exec(page)?.[1];
    const ran = await fetchAs(
      ANN,
      '/scripts/run',
      `-L -H 'Sec-Fetch-Site: same-origin' --data-urlencode user=${user} -d name=beat.sh`,
    );
    expect(ran).toMatch(/The script (ran|is running)/);
    expect(await fetchAs(ANN, '/admin', '-o /dev/null -w "%{http_code}"')).toBe('404');
    expect(await fetchAs(BEN, '/admin')).toContain('Linked users');
  });

  test('a message comes through the proxy as it is sent', async () => {
    const stream = fetchAs(ANN, '/api/events', '-N --max-time 6');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await server.container.run('notify-runner send "live through nginx"', { user: ANN.name });
    await server.container.run('notify-runner send "not for ann"', { user: BEN.name });
    const seen = await stream;
    expect(seen).toContain('live through nginx');
    expect(seen).not.toContain('not for ann');
  });

  test('while it restarts, its port stays its own, and who asks waits', async () => {
    const { run, attempt } = server.container;
    await run(`systemctl kill --signal=KILL ${UNIT} && systemctl stop ${UNIT} || true`);
    const take = `python3 -c 'import socket; s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", ${port}))'`;
    const taken = await attempt(take, { user: ANN.name });
    expect(taken.status).not.toBe(0);
    expect(taken.stderr).toContain('Address already in use');
    expect(await run(`curl -sS --max-time 30 http://127.0.0.1:${port}/healthz`)).toContain('"status"');
    expect(
      (await attempt(`curl -sS --unix-socket /run/notify-web-proxy.sock http://x/`, { user: ANN.name })).status,
    ).toBe(7);
  });

  test('with wrong settings its port stays its own too, and connections start it no more than every few seconds', async () => {
    const { run, attempt } = server.container;
    await run('echo NOTIFY_LOG_LEVEL=loud >>/etc/notify-web/env');
    expect((await attempt(`systemctl restart ${UNIT}`)).status).not.toBe(0);
    const tries = async () => Number(await run(`journalctl -u ${UNIT} -o cat | grep -c 'NOTIFY_LOG_LEVEL: ' || true`));
    const before = await tries();
    await attempt(`curl -sS --max-time 12 http://127.0.0.1:${port}/healthz`);
    expect(await tries()).toBeGreaterThan(before);
    expect(await tries()).toBeLessThan(before + 5);
    expect(await property(server.container, 'ActiveState', 'notify-web.socket')).toBe('active');
    await run('sed -i /NOTIFY_LOG_LEVEL/d /etc/notify-web/env');
    await run(`systemctl restart ${UNIT}`);
    expect(await run(`curl -sS --max-time 30 http://127.0.0.1:${port}/healthz`)).toContain('"status"');
  });

  test('sessions survive a restart', async () => {
    await server.container.run(`systemctl restart ${UNIT}`);
    expect(await fetchAs(ANN, '/sessions')).toContain(`data-user="${ANN.name}"`);
    await server.container.run(
      `systemctl stop nginx && rm -r /etc/nginx/tls /etc/nginx/conf.d/dashboard.conf /var/lib/nginx/* /tmp/cookies-*`,
    );
  });
}
