import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { median, quantile } from '../support/figures.ts';
import type { Workload } from './workload.ts';

/** Milliseconds from a `/help` to its answer. */
async function help(sandbox: ReturnType<typeof createSandbox>, chatId: number): Promise<number> {
  const seen = sandbox.messages(chatId).length;
  const startedAt = performance.now();
  sandbox.say(chatId, '/help');
  await new Promise<void>((resolve) => {
    const stop = sandbox.onMessage((message) => {
      if (message.chat_id !== chatId || sandbox.messages(chatId).length <= seen) return;
      stop();
      resolve();
    });
  });
  return performance.now() - startedAt;
}

/** Two linked chats: those that are not linked get few answers. */
const CHAT = 1;
const OTHER_CHAT = 2;

/** `/help` in a private chat; the simulated Telegram answers immediately and runs in this process. */
export const commands: Workload = {
  name: 'commands',
  about: '/help alone, and during a command of another chat that takes ten seconds',
  needs: 'sandbox',
  async run({ subject, note, quick }) {
    for (let i = 0; i < (quick ? 1 : 3); i += 1) {
      const sandbox = createSandbox({ limits: false });
      await sandbox.start();
      const running = await subject.start({ telegram: sandbox, links: 2, unlimited: true });
      const measure = async (name: string) => {
        const times: number[] = [];
        for (let n = 0; n < (quick ? 20 : 100); n += 1) {
          times.push(await help(sandbox, CHAT));
          await sleep(5);
        }
        note(`${name}: p50`, 'ms', median(times));
        note(`${name}: p99`, 'ms', quantile(times, 0.99));
      };
      await help(sandbox, CHAT);
      await measure('/help alone');
      // Another chat's answers take ten seconds each, and so does its command.
      sandbox.fail({
        method: 'sendMessage',
        chatId: OTHER_CHAT,
        times: Number.POSITIVE_INFINITY,
        answer: 'slow',
        ms: 10_000,
      });
      sandbox.say(OTHER_CHAT, '/help');
      await sleep(50);
      await measure('/help beside a command of 10 s');
      await running.stop();
      await sandbox.stop();
    }
  },
};
