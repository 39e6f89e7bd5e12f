import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../src/shared/process/log.ts';
import { createBot } from '../../../src/web/bot/bot.ts';
import { createFeed } from '../../../src/web/events/feed.ts';
import { writeEvent } from '../../../src/web/events/sse.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a failure over one event is logged, and the stream goes on with the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'feed-'));
  const socket = join(folder, 'bot.sock');
  let connections = 0;
  const server = createServer((_request, response) => {
    connections += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const id of ['1', '2']) response.write(writeEvent({ event: 'message', id, data: '{}' }));
  }).listen(socket);
  await once(server, 'listening');
  const lines: string[] = [];
  const seen: (string | undefined)[] = [];
  const feed = createFeed({
    bot: createBot(socket, 1000),
    log: createLog('info', [(line) => lines.push(line)]),
    onState: () => {},
    onEvent: ({ id }) => {
      seen.push(id);
      if (id === '1') throw new RangeError('cannot show this');
    },
  });
  onTestFinished(async () => {
    await feed.stop();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  feed.start();
  await waitFor(() => seen.includes('2'));
  expect(seen).toEqual(['1', '2']);
  expect(connections).toBe(1);
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ cause: 'cannot show this' })]);
});
