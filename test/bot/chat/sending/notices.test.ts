import { setMaxListeners } from 'node:events';
import { Api } from 'grammy';
import { expect, onTestFinished, test } from 'vitest';
import { createNotices } from '../../../../src/bot/chat/sending/notices.ts';
import { createBackgroundTasks } from '../../../../src/bot/scripts/background-tasks.ts';
import { createSandbox } from '../../../../src/sandbox/sandbox.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { freePort } from '../../../support/network/free-port.ts';

test('notices wait for a Telegram that is away, twenty of a chat and a thousand in all', async () => {
  const sandbox = createSandbox({ port: await freePort(), limits: false, keep: 10_000 });
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await sandbox.stop();
  });
  const lines: string[] = [];
  const log = createLog('warn', [(line) => lines.push(line)]);
  const notices = createNotices({
    api: new Api(sandbox.token, { apiRoot: sandbox.url }),
    turn: async () => {},
    tasks: createBackgroundTasks(log, ending.signal),
    log,
  });
  const leftOut = () => lines.filter((line) => line.includes('too_many')).length;
  for (let i = 1; i <= 25; i += 1) notices.send({ id: 1 }, `notice ${i}`);
  expect(leftOut()).toBe(5);
  for (let chat = 2; chat <= 100; chat += 1) {
    for (let i = 1; i <= 10; i += 1) notices.send({ id: chat }, 'hello');
  }
  expect(leftOut()).toBe(5 + 10);
  await sandbox.start();
  await sandbox.waitFor(({ chat_id, text }) => chat_id === 1 && text === 'notice 20', 60_000);
  notices.send({ id: 1 }, 'there is room again');
  await sandbox.waitFor(({ text }) => text === 'there is room again', 60_000);
  expect(sandbox.messages(1)).toHaveLength(21);
});
