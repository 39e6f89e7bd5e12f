/** Kills before each single step on disk, from the start of the service to a delivery done with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { tell } from '../support/reporters/figures.ts';
import { audit } from '../support/traffic/audit.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { fillShelf, markOf, photoAndText } from '../support/traffic/messages.ts';
import { type Posted, post } from '../support/traffic/senders.ts';
import { everyStep, sum } from './support/at-each-step.ts';
import { leftovers, readLinks } from './support/leftovers.ts';
import { NEWCOMERS, type Newcomer, NO_NEWCOMERS, startNewcomer } from './support/newcomer.ts';
import { BOOKS, THOROUGH } from './support/settings.ts';
import { killAt, ONE_THREAD, type Step, UNTRACEABLE } from './support/tracing.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

/**
 * Does `work` with a service that is killed at a step, and with its successor.
 *
 * @param after done with the successor, or, where nothing was killed, left out
 * @returns when it was killed, or nothing when it was stopped in the end, without coming to that step
 */
async function survive(
  ground: Ground,
  [step, nth]: [Step, number],
  work: () => Promise<void>,
  after: () => Promise<void> = async () => {},
): Promise<number | undefined> {
  const victim = ground.start(programs.real, { via: killAt(step, nth) });
  const killed = victim.ended.then((how) => (how === 'SIGKILL' ? Date.now() : undefined));
  const working = work();
  const early = await Promise.race([killed.then(() => true), working.then(() => false)]);
  // Stopping takes steps too.
  if (!early) victim.askToStop();
  const at = await killed;
  if (at === undefined) return undefined;
  const last = ground.start(programs.real);
  await working;
  await last.ready;
  await after();
  await ground.idle(60_000);
  await last.stop();
  return at;
}

async function handOver(ground: Ground, posted: Posted): Promise<void> {
  for (;;) {
    const answer = await post(ground, posted, 0);
    if (answer?.status === 202 || answer?.status === 200) break;
    if (answer !== undefined) throw new Error(`answered ${JSON.stringify(answer)}`);
    await sleep(10);
  }
  posted.receipt = { id: 'once', status: 'queued', messageIds: [] };
}

async function delivery(step: Step, nth: number): Promise<boolean> {
  const ground = await layGround({ linked: 1, limits: true, environment: ONE_THREAD });
  try {
    const [person] = ground.people;
    if (person === undefined) throw new Error('nobody is there');
    const draft = photoAndText((part) => markOf(person.chatId, 0, part), await fillShelf(ground.folder));
    const posted: Posted = { person, number: 0, draft, id: 'once', tries: 0 };
    const killedAt = await survive(ground, [step, nth], async () => {
      await handOver(ground, posted);
      await ground.idle(60_000);
    });
    const { lost, wrong, twice } = await audit(ground, [posted], killedAt === undefined ? [] : [killedAt]);
    expect({ step, nth, lost, wrong }).toEqual({ step, nth, lost: [], wrong: [] });
    expect(twice).toBeLessThanOrEqual(1);
    expect(await leftovers(ground.dataDir), `left at ${step} ${nth}`).toEqual([]);
    return killedAt !== undefined;
  } finally {
    await ground.remove();
  }
}

async function oneRound(ground: Ground, chatId: number): Promise<Newcomer> {
  const newcomer = startNewcomer(ground, chatId);
  await newcomer.stop();
  return newcomer;
}

/** `/start`, the code, and both accounts that try it; then a round that nothing disturbs. */
async function linking(step: Step, nth: number): Promise<boolean> {
  const ground = await layGround({ linked: 0, limits: false, environment: ONE_THREAD, accounts: NEWCOMERS });
  const rounds: Newcomer[] = [];
  const round = async (chatId: number) => void rounds.push(await oneRound(ground, chatId));
  try {
    const killedAt = await survive(
      ground,
      [step, nth],
      () => round(2000),
      () => round(3000),
    );
    const links = await readLinks(ground);
    for (const { users, linked } of rounds.flatMap(({ tried }) => tried)) {
      const found = users.filter((user) => links[user] !== undefined);
      expect(found.length, `linked at ${step} ${nth}`).toBeLessThanOrEqual(1);
      expect(found).toEqual(expect.arrayContaining([...linked]));
    }
    const calm = rounds.at(-1)?.tried.map(({ linked }) => linked.length);
    expect(
      calm,
      `at ${step} ${nth}: ${rounds
        .at(-1)
        ?.tried.flatMap(({ answers }) => answers)
        .join()}`,
    ).toEqual([1]);
    expect(await leftovers(ground.dataDir), `left at ${step} ${nth}`).toEqual([]);
    return killedAt !== undefined;
  } finally {
    await ground.remove();
  }
}

describe.skipIf(UNTRACEABLE !== undefined)(`at each step${UNTRACEABLE ? ` (not here: ${UNTRACEABLE})` : ''}`, () => {
  test('a photo and its text are accepted and delivered', { timeout: 300_000 }, async (context) => {
    const steps = await everyStep(delivery);
    console.log(`a photo and its text: killed at each of ${sum(steps)} steps (${JSON.stringify(steps)}), 0 lost`);
    tell(context, BOOKS, { what: 'at each step of a delivery', kills: sum(steps), accepted: sum(steps), lost: 0 });
    expect(sum(steps)).toBeGreaterThan(10);
  });

  test.runIf(THOROUGH && NO_NEWCOMERS === undefined)(
    'a code links a chat, once (in the long run only, as root)',
    { timeout: 900_000 },
    async (context) => {
      const steps = await everyStep(linking);
      console.log(`linking: killed at each of ${sum(steps)} steps (${JSON.stringify(steps)}), 0 unanswered`);
      tell(context, BOOKS, { what: 'at each step of linking', kills: sum(steps), accepted: sum(steps), lost: 0 });
      expect(sum(steps)).toBeGreaterThan(10);
    },
  );
});
