import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createServiceManager,
  listeningSocketOf,
  listeningSocketsOf,
} from '../../../src/shared/host/service-manager.ts';
import { managerSetting, socketSetting } from '../../../src/shared/process/settings.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

/** Node knows no datagrams on unix sockets. */
const RECEIVER = `
import socket, sys
name = sys.argv[1]
inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
inbox.bind("\\0" + name[1:] if name.startswith("@") else name)
print("open", flush=True)
while True:
    print(repr(inbox.recv(4096).decode()), flush=True)
`;

async function receiver(path: string): Promise<() => Promise<string>> {
  const child: ChildProcess = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  expect(await next()).toBe('open');
  return next;
}

const unexpected = (error: unknown) => expect.fail(String(error));

describe('systemd', () => {
  test.each(['a path', 'an abstract name'])('receives readiness, status and watchdog signals at %s', async (kind) => {
    const path = kind === 'a path' ? join(await temporaryFolder(), 'notify') : `@notify-bot-test-${process.pid}`;
    const next = await receiver(path);
    const manager = createServiceManager({ NOTIFY_SERVICE_MANAGER: path, WATCHDOG_USEC: '30000000' }, unexpected);
    manager.ready('42 linked · 0 queued');
    manager.status('43 linked');
    manager.feed();
    manager.stopping();
    expect(await next()).toBe("'READY=1\\nSTATUS=42 linked · 0 queued'");
    expect(await next()).toBe("'STATUS=43 linked'");
    expect(await next()).toBe("'WATCHDOG=1'");
    expect(await next()).toMatch(/^'STOPPING=1/);
    expect(manager.watchdogMs).toBe(30_000);
  });

  test('that is not there is complained of once, and nothing stops', async () => {
    const told: unknown[] = [];
    const path = join(await temporaryFolder(), 'nobody');
    const manager = createServiceManager({ NOTIFY_SERVICE_MANAGER: path }, (error) => told.push(error));
    for (let n = 0; n < 3; n += 1) manager.status('x');
    expect(told).toMatchObject([{ code: 'no_datagram', message: expect.stringContaining(path) }]);
  });

  test('receives nothing where it does not ask', () => {
    const manager = createServiceManager({}, unexpected);
    manager.ready('x');
    manager.feed();
    expect(manager.watchdogMs).toBeUndefined();
  });

  test.each(['/run/systemd/notify', '/run/user/1000/systemd/notify', '@/org/x'])(
    'with its own name for %s is not mistaken for the API’s socket',
    (path) => {
      expect(socketSetting({ NOTIFY_SOCKET: path })).toBe('/run/notify-bot/bot.sock');
      expect(managerSetting({ NOTIFY_SOCKET: path })).toBe(path);
      expect(managerSetting({ NOTIFY_SOCKET: '/srv/bot.sock', NOTIFY_SERVICE_MANAGER: path })).toBe(path);
      expect(managerSetting({ NOTIFY_SOCKET: '/srv/bot.sock' })).toBeUndefined();
    },
  );

  test('hands over a socket to the process it names, and only one', () => {
    const pid = String(process.pid);
    expect(listeningSocketOf({ LISTEN_FDS: '1', LISTEN_PID: pid })).toBe(3);
    expect(listeningSocketOf({ LISTEN_FDS: '1', LISTEN_PID: '1' })).toBeUndefined();
    expect(listeningSocketOf({ LISTEN_FDS: '2', LISTEN_PID: pid })).toBeUndefined();
    expect(listeningSocketsOf({ LISTEN_FDS: '2', LISTEN_PID: pid })).toEqual([3, 4]);
    expect(listeningSocketsOf({ LISTEN_FDS: '2', LISTEN_PID: '1' })).toEqual([]);
    expect(listeningSocketsOf({ LISTEN_FDS: 'many', LISTEN_PID: pid })).toEqual([]);
    expect(listeningSocketOf({})).toBeUndefined();
  });

  test.each([{ WATCHDOG_USEC: 'soon' }, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' }])(
    'does not watch with %j',
    (environment) => {
      expect(createServiceManager(environment, unexpected).watchdogMs).toBeUndefined();
    },
  );
});
