import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Something at the actor's place that says whatever a test wants, byte by byte. */
export interface PretendActor {
  readonly path: string;
  /** The requests that came for people, oldest first, with the time on the clock of `performance`. */
  readonly asked: ReadonlyArray<{ readonly at: number; readonly action: string; readonly name?: string }>;
  /** Connections that are open. */
  readonly open: number;
  /** Connections that there were. */
  readonly connections: number;
  /** Ends those that are open. */
  hangUp(): void;
}

/** Opens one that is gone after the test. @param answer called with each request */
export async function pretendActor(answer: (socket: Socket, request: { action: string; name?: string }) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'notify-pretend-'));
  const path = join(folder, 'actor.sock');
  const open = new Set<Socket>();
  const asked: Array<{ at: number; action: string; name?: string }> = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const request = JSON.parse(data.toString('utf8'));
      // What the bot asks by itself, after its start: nothing runs that an earlier one began.
      if (request.action === 'runs') return void socket.end(line({ ok: true, runs: [] }));
      asked.push({ at: performance.now(), ...request });
      answer(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  const actor: PretendActor = {
    path,
    asked,
    get open() {
      return open.size;
    },
    get connections() {
      return connections;
    },
    hangUp() {
      for (const socket of open) socket.end();
    },
  };
  return actor;
}

/** One object of a list. */
export const listed = (name: string, more: object = {}) => ({
  name,
  stem: name.replace(/\.\w+$/, ''),
  schedule: null,
  last_run: null,
  last_result: null,
  cooldown_left: null,
  cooldown_until: null,
  ...more,
});

export const line = (value: object) => `${JSON.stringify(value)}\n`;
