import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { bundledProgram } from './program.ts';

const program = bundledProgram();

/**
 * A host of its own, in which the first packet of each connection is lost, so that a connection takes a second; the
 * server's name has an IPv6 address too, to which there is no route.
 */
const HOST = `
mount --bind "$1/hosts" /etc/hosts
ip link set lo up
nft -f "$1/rules"
node "$3" "$1/ready" &
while ! [ -e "$1/ready" ]; do sleep 0.05; done
node "$2" doctor --json
kill $!
`;
const RULES = `table inet slow {
  chain in {
    type filter hook input priority 0;
    tcp dport 8081-8083 tcp flags & (syn | ack) == syn numgen inc mod 2 0 drop
  }
}
`;

function whyNot(): string {
  if (process.getuid?.() !== 0) return 'only root can make a network namespace';
  try {
    execFileSync('unshare', ['--net', '--mount', 'sh', '-c', 'ip link set lo up && nft list tables'], {
      stdio: 'ignore',
    });
    return '';
  } catch {
    return 'unshare, ip or nft is missing, or not permitted here';
  }
}

test.for([
  ['directly', {}],
  ['by an HTTP proxy', { TELEGRAM_PROXY: 'http://telegram.test:8082' }],
  ['by a SOCKS5 proxy', { TELEGRAM_PROXY: 'socks5://telegram.test:8083' }],
] as const)(
  'Telegram is reached %s where a connection takes a second and IPv6 leads nowhere',
  { timeout: 60_000 },
  async ([way, proxy], { skip }) => {
    const reason = whyNot();
    skip(reason !== '', reason);
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost telegram.test\n2001:db8::1 telegram.test\n');
    await writeFile(join(folder, 'rules'), RULES);
    const env = {
      PATH: process.env.PATH,
      TELEGRAM_BOT_TOKEN: '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz',
      TELEGRAM_API_ROOT: 'http://telegram.test:8081',
      TELEGRAM_ALLOW_HTTP: 'yes',
      NOTIFY_DATA_DIR: join(folder, 'data'),
      NOTIFY_SOCKET: join(folder, 'bot.sock'),
      ...proxy,
    };
    const printed = await new Promise<string>((resolve) => {
      const words = [
        '--net',
        '--mount',
        'sh',
        '-c',
        HOST,
        'sh',
        folder,
        program.path(),
        join(import.meta.dirname, 'slow-network-host.js'),
      ];
      execFile('unshare', words, { env }, (_, out) => resolve(out));
    });
    const telegram = JSON.parse(printed).find(({ check }: { check: string }) => check === 'telegram');
    const by = 'TELEGRAM_PROXY' in proxy ? ` by the proxy ${proxy.TELEGRAM_PROXY} (TELEGRAM_PROXY)` : '';
    expect(telegram, way).toMatchObject({ ok: true, seen: `http://telegram.test:8081 knows the bot as @n_bot${by}` });
  },
);
