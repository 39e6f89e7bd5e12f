/** How fast a command is answered, alone and while another chat's command takes ten seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox } from '../src/sandbox/sandbox.ts';
import { quantiles, startBuiltBot } from './stage.ts';

async function help(sandbox: ReturnType<typeof createSandbox>, chatId: number): Promise<number> {
  const seen = sandbox.messages(chatId).length;
  const begun = performance.now();
  sandbox.say(chatId, '/help');
  await new Promise<void>((resolve) => {
    const stop = sandbox.onMessage((message) => {
      if (message.chat_id !== chatId || sandbox.messages(chatId).length <= seen) return;
      stop();
      resolve();
    });
  });
  return performance.now() - begun;
}

/** `/help` in a private chat; the pretend Telegram answers at once and runs in this process. */
export async function benchCommands(quick: boolean): Promise<Record<string, number>> {
  const sandbox = createSandbox({ limits: false });
  await sandbox.start();
  const bot = await startBuiltBot(sandbox.url);
  const rounds = quick ? 20 : 200;
  const measure = async () => {
    const times: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      times.push(await help(sandbox, 100));
      await sleep(5);
    }
    return quantiles(times);
  };
  await help(sandbox, 100);
  const alone = await measure();
  // Another chat's answers take ten seconds each, so its command does.
  sandbox.fail({ method: 'sendMessage', chatId: 200, times: Number.POSITIVE_INFINITY, answer: 'slow', ms: 10_000 });
  sandbox.say(200, '/help');
  await sleep(50);
  const beside = await measure();
  await bot.stop();
  await sandbox.stop();
  return {
    '/help alone: p50 ms': alone.p50,
    '/help alone: p99 ms': alone.p99,
    '/help beside a command of 10 s: p50 ms': beside.p50,
    '/help beside a command of 10 s: p99 ms': beside.p99,
  };
}
