import { expect, test } from 'vitest';
import { createStrangers, type Question, STRANGER_LIMITS } from '../../../../src/bot/chat/asking/strangers.ts';

/** Strangers whose waits end at once, on a clock of the test's. */
function open() {
  const clock = { now: 0 };
  const strangers = createStrangers(STRANGER_LIMITS, () => clock.now, AbortSignal.abort());
  return { clock, admit: strangers.admit };
}

/** How many of the questions are answered that each chat asks every `everyMs`. */
async function answered(chats: number, question: Question, everyMs: number, lastsMs: number): Promise<number[]> {
  const { clock, admit } = open();
  const counts: number[] = Array(chats).fill(0);
  for (; clock.now < lastsMs; clock.now += everyMs) {
    for (let chat = 0; chat < chats; chat += 1) if (await admit(chat, question)) counts[chat] = (counts[chat] ?? 0) + 1;
  }
  return counts;
}

test('ten commands of a newcomer are answered, then one in 20 s', async () => {
  expect(await answered(1, 'command', 500, 10_000)).toEqual([10]);
  expect(await answered(1, 'command', 500, 100_001)).toEqual([15]);
});

test('words are answered once in 20 s', async () => {
  expect(await answered(1, 'words', 100, 60_000)).toEqual([3]);
});

test('all together get five answers a second, however many they are', async () => {
  const counts = await answered(1000, 'command', 50, 60_000);
  // Those of the last moment may be answered up to twenty seconds later.
  expect(counts.reduce((total, count) => total + count, 0)).toBeLessThanOrEqual(80 * 5 + 1);
});

test('a hundred newcomers who begin together are answered, each in turn', async () => {
  expect(await answered(100, 'command', 1000, 1000)).toEqual(Array(100).fill(1));
});

test('an answer waits for its turn', async () => {
  const limits = { ...STRANGER_LIMITS, perSecond: 20 };
  const strangers = createStrangers(limits, () => performance.now(), new AbortController().signal);
  const began = performance.now();
  await Promise.all([1, 2, 3].map((chat) => strangers.admit(chat, 'words')));
  // A timer may fire a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(98);
});

test('a chat that waited is answered again, and commands after words too', async () => {
  const { clock, admit } = open();
  const asked: boolean[] = [];
  for (const question of ['words', 'words', 'command', 'command'] as const) asked.push(await admit(1, question));
  expect(asked).toEqual([true, false, true, true]);
  clock.now = 20_000;
  expect(await admit(1, 'words')).toBe(true);
});
