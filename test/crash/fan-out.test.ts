/** Kills while notifications for many destinations are accepted, separated and sent: each goes to all of them or to none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { layGround } from '../support/traffic/ground.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';

const ROUNDS = killsFor(0.08);
const PEOPLE = 30;
/** Requests of one round, and how long they have before the kill, ms. */
const REQUESTS = 4;
const LONGEST_MS = 500;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

test('a notification for many destinations goes to all or none, wherever the service is killed', {
  timeout: 120_000 + ROUNDS * 15_000,
}, async (context) => {
  const ground = await layGround({ linked: PEOPLE, limits: false });
  onTestFinished(() => ground.remove());
  const random = createRandom(SEED).named('fan-out');
  const to = ground.people.map(({ user }) => `user:${user}`);
  const sent: string[] = [];
  const accepted = new Set<string>();

  async function send(id: string): Promise<void> {
    const body = { id, text: id, to, wait: 0 };
    const answer = await ground.client.request('POST', '/send', body).catch(() => undefined);
    if (answer?.status === 202) accepted.add(id);
  }

  for (let round = 0; round < ROUNDS; round += 1) {
    const service = ground.start(programs.fast);
    expect(await service.ready, service.tail()).toBe(true);
    const ids = Array.from({ length: REQUESTS }, (_, n) => `${round}-${n}`);
    sent.push(...ids);
    const answers = Promise.all(ids.map(send));
    await sleep(random.next() * LONGEST_MS);
    await service.kill();
    await answers;
  }
  const last = ground.start(programs.fast);
  expect(await last.ready, last.tail()).toBe(true);
  await ground.idle(60_000);

  const chatsOf = new Map<string, Set<number>>();
  for (const { chatId } of ground.people) {
    for (const { text = '' } of ground.sandbox.messages(chatId)) {
      chatsOf.set(text, (chatsOf.get(text) ?? new Set()).add(chatId));
    }
  }
  const arrived = (id: string) => chatsOf.get(id)?.size ?? 0;
  for (const id of accepted) expect(arrived(id), `chats that got the accepted ${id}`).toBe(PEOPLE);
  for (const id of sent) expect([0, PEOPLE], `chats that got ${id}`).toContain(arrived(id));
  tell(context, BOOKS, {
    what: `${PEOPLE} destinations`,
    kills: ROUNDS,
    accepted: accepted.size,
    arrived: chatsOf.size,
  });
  await last.stop();
});
