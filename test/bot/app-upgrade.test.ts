/** The service on a data folder of the first release, with 1,000 waiting deliveries, a run and updates on the disk. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyReleasedFolder } from '../storage/support/released-folder.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const MANY = 1000;
/** The recorded deliveries that it repeats. */
const MODELS = 7;
/** The bot of the recording, whose runs and updates another bot leaves alone. */
const RECORDED_BOT = /\b77\b/g;

async function upgraded(): Promise<RunningBot> {
  const bot = await startBot({
    async beforeStart(dataDir, sandbox) {
      await copyReleasedFolder(dataDir, MANY);
      const [id = ''] = sandbox.token.split(':');
      for (const name of ['runs.json', 'updates.json']) {
        const text = await readFile(join(dataDir, name), 'utf8');
        await writeFile(join(dataDir, name), text.replace(RECORDED_BOT, id));
      }
    },
  });
  onTestFinished(() => bot.stop());
  return bot;
}

/** The numbers of the deliveries that arrived in a chat. */
function numbersIn({ sandbox }: RunningBot, chatId: number): number[] {
  const texts = sandbox.messages(chatId).map(({ text, caption }) => text ?? caption ?? '');
  return texts.flatMap((text) => / #(\d+)$/.exec(text)?.[1] ?? []).map(Number);
}

test('every waiting delivery arrives, in the order of its chat, and every update is answered', {
  timeout: 120_000,
}, async () => {
  const bot = await upgraded();
  await waitFor(
    async () => (await readdir(join(bot.dataDir, 'outbox'))).every((name) => !name.endsWith('.json')),
    100_000,
  );
  const [person, group] = [numbersIn(bot, 1001), numbersIn(bot, -1002002)];
  for (const numbers of [person, group]) {
    // What had begun goes first, and what is critical before the rest: each of the recorded deliveries keeps its order.
    for (let model = 0; model < MODELS; model += 1) {
      const alike = numbers.filter((n) => n % MODELS === model);
      expect(alike).toEqual(alike.toSorted((a, b) => a - b));
    }
  }
  expect([...person, ...group].sort((a, b) => a - b)).toEqual(Array.from({ length: MANY }, (_, n) => n));
  expect(await readdir(join(bot.dataDir, 'failed'))).toHaveLength(3);
  // On a busy computer an answer may come twice: a call whose end was not seen in time is made once more.
  const answers = () => bot.sandbox.messages(1001).filter(({ text }) => text?.includes('Linked'));
  await expect.poll(() => answers().length).toBeGreaterThanOrEqual(2);
  await waitFor(async () => !(await readFile(join(bot.dataDir, 'runs.json'), 'utf8')).includes('script'));
  expect(bot.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
