/** The built service within the memory that its unit grants, under clients that make it keep much. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { canLimitMemory, memoryCgroup, unitMemoryMax } from '../support/host/memory-cgroup.ts';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';

const limited = canLimitMemory();
let programs: Programs;
beforeAll(async () => {
  if (limited) programs = await buildPrograms();
});
afterAll(() => programs?.remove());

/** Messages whose texts take three bytes a character, as long as the history keeps them. */
async function writeHistory({ dataDir, people }: Ground, messages: number): Promise<void> {
  const now = new Date().toISOString();
  const lines = Array.from({ length: messages }, (_, i) => {
    const common = { id: `m${i}`, delivery: `d${i}`, user: people[0]?.user, chat_id: people[0]?.chatId };
    const times = { accepted_at: now, finished_at: now };
    return JSON.stringify({ ...common, ...times, status: 'sent', message_ids: [i], text: '€'.repeat(4096) });
  });
  await mkdir(join(dataDir, 'history'), { recursive: true });
  await writeFile(join(dataDir, 'history', `${now.slice(0, 10)}.jsonl`), `${lines.join('\n')}\n`);
}

/** Makes the message that waits so many. */
async function copyWaiting({ dataDir }: Ground, messages: number): Promise<void> {
  const outbox = join(dataDir, 'outbox');
  const [file = ''] = (await readdir(outbox)).filter((name) => name.endsWith('.json'));
  const text = await readFile(join(outbox, file), 'utf8');
  for (let n = 0; n < messages; n += 1) {
    const name = `${String(n).padStart(11, '0')}-0123abcd`;
    await writeFile(join(outbox, `${name}.json`), text.replaceAll(file.replace('.json', ''), name));
  }
}

/** Asks on a connection and reads nothing of the answer; resolves when its first bytes are there to be read. */
function askAndIgnore(socketPath: string, request: string): Promise<Socket> {
  const socket = connect(socketPath);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(request);
  return new Promise((resolve) => {
    socket.once('readable', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

test.skipIf(!limited)(
  'pages that nobody reads take little memory, and others are answered (limiting memory needs root)',
  async () => {
    const group = memoryCgroup(unitMemoryMax());
    const ground = await layGround({ linked: 1, limits: false });
    onTestFinished(() => ground.remove());
    await writeHistory(ground, 200);
    const service = ground.start(programs.fast, { via: group.via });
    expect(await service.ready, service.tail()).toBe(true);
    const { socketPath, people } = ground;
    const ask = `GET /messages?limit=200&user=${people[0]?.user} HTTP/1.1\r\nhost: x\r\n\r\n`;
    await Promise.all(Array.from({ length: 400 }, () => askAndIgnore(socketPath, ask)));
    const { status } = await ground.client.request('GET', '/health');
    expect(status).toBe(200);
    expect(group.peak()).toBeLessThan(unitMemoryMax() / 2);
    await service.stop();
  },
);

test.skipIf(!limited)('lists of large messages that wait take little memory (limiting memory needs root)', async () => {
  const group = memoryCgroup(unitMemoryMax());
  const ground = await layGround({ linked: 1, limits: false });
  onTestFinished(() => ground.remove());
  await ground.sandbox.stop();
  const first = ground.start(programs.fast);
  expect(await first.ready, first.tail()).toBe(true);
  const message = { user: ground.people[0]?.user, text: '€'.repeat(100_000), wait: 0 };
  expect((await ground.client.request('POST', '/send', message)).status).toBe(202);
  await first.stop();
  await copyWaiting(ground, 300);
  const service = ground.start(programs.fast, { via: group.via });
  expect(await service.ready, service.tail()).toBe(true);
  const lists = await Promise.all(Array.from({ length: 8 }, () => ground.client.request('GET', '/queue?limit=1000')));
  expect(lists.every(({ status }) => status === 200 || status === 429)).toBe(true);
  expect(group.peak()).toBeLessThan(unitMemoryMax() / 2);
  await service.stop();
});
