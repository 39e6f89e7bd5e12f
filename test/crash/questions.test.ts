/** Kills before each single step on disk, while a question is asked and answered. */
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../src/sandbox/model.ts';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { tell } from '../support/reporters/figures.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { waitFor } from '../support/wait-for.ts';
import { everyStep, sum } from './support/at-each-step.ts';
import { BOOKS } from './support/settings.ts';
import { killAt, ONE_THREAD, type Step, UNTRACEABLE } from './support/tracing.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

const TEXT = 'Shall it go on?';
const PATIENCE_MS = 60_000;

/** The messages that show the question. */
const shownIn = ({ sandbox }: Ground, chatId: number): readonly SandboxMessage[] =>
  sandbox.messages(chatId).filter(({ text }) => text?.includes(TEXT));
const isOpen = ({ reply_markup: markup }: SandboxMessage) => (markup?.inline_keyboard ?? []).length > 0;
const isAnswered = ({ text = '' }: SandboxMessage) => text.includes('✅ Yes — ');

/** Asks, and presses the first button of the newest message that has some, until the answer is known and shown. */
async function trip(ground: Ground, user: string, chatId: number): Promise<void> {
  const { client, sandbox } = ground;
  const asked = await client.request('POST', '/ask', { user, text: TEXT, id: 'once', timeout: '1h' });
  expect(asked.status).toBe(200);
  const stateOf = async () =>
    ((await client.request('GET', `/ask/once?user=${user}`)).body as { readonly state: string }).state;
  while ((await stateOf()) !== 'answered') {
    const message = shownIn(ground, chatId).findLast(isOpen);
    const data = message?.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data;
    if (message !== undefined && data !== undefined) sandbox.press(chatId, message.message_id, data);
    await sleep(100);
  }
  await waitFor(() => shownIn(ground, chatId).some(isAnswered), PATIENCE_MS);
}

async function asked(step: Step, nth: number): Promise<boolean> {
  const ground = await layGround({ linked: 1, limits: false, environment: ONE_THREAD });
  try {
    const [person] = ground.people;
    if (person === undefined) throw new Error('nobody is there');
    const { chatId } = person;
    // Who asks has an account here.
    const { username: user } = userInfo();
    await writeFile(join(ground.dataDir, 'telegram_users.json'), JSON.stringify({ [user]: { chat_id: chatId } }));
    const victim = ground.start(programs.real, { via: killAt(step, nth) });
    const killed = victim.ended.then((how) => how === 'SIGKILL');
    const done = victim.ready.then((isReady) => (isReady ? trip(ground, user, chatId).catch(() => {}) : undefined));
    const isEarly = await Promise.race([killed, done.then(() => false)]);
    if (!isEarly) victim.askToStop();
    const wasKilled = await killed;

    const last = ground.start(programs.real);
    expect(await last.ready, last.tail()).toBe(true);
    await trip(ground, user, chatId);
    await ground.idle(PATIENCE_MS);
    const shown = shownIn(ground, chatId);
    // A message that Telegram took, and whose record the kill prevented, comes twice.
    expect([step, nth, shown.length <= (wasKilled ? 2 : 1)]).toEqual([step, nth, true]);
    expect([step, nth, shown.filter(isAnswered).length >= 1]).toEqual([step, nth, true]);
    const { body } = await ground.client.request('GET', `/ask/once?user=${user}`);
    expect([step, nth, body]).toMatchObject([step, nth, { state: 'answered', choice: 'Yes' }]);
    await last.stop();
    return wasKilled;
  } finally {
    await ground.remove();
  }
}

describe.skipIf(UNTRACEABLE !== undefined)(`at each step${UNTRACEABLE ? ` (not here: ${UNTRACEABLE})` : ''}`, () => {
  test('a question is asked and answered', { timeout: 900_000 }, async (context) => {
    const steps = await everyStep(asked);
    console.log(`questions: killed at each of ${sum(steps)} steps (${JSON.stringify(steps)}), 0 lost`);
    tell(context, BOOKS, { what: 'at each step of a question', kills: sum(steps), accepted: sum(steps), lost: 0 });
    expect(sum(steps)).toBeGreaterThan(10);
  });
});
