/** Kills at random moments while notifications of every kind come in and go out. */
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { audit } from '../support/traffic/audit.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { fillShelf } from '../support/traffic/messages.ts';
import { type Senders, startSenders } from '../support/traffic/senders.ts';
import { createTrouble } from '../support/traffic/trouble.ts';
import { storm } from './support/killer.ts';
import { leftovers, readLinks } from './support/leftovers.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';

/** A kill costs a second where the machine is busy; what waits at the end has a rate to keep. */
const TIMEOUT_MS = 120_000 + killsFor(1) * 4000;
const DRAIN_MS = 120_000;

let programs: Programs;
let ground: Ground;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

interface Plan {
  readonly name: string;
  readonly kills: number;
  readonly program: string;
  readonly people: number;
  readonly limits: boolean;
  /** Notifications on their way at most, and the pause between two of one person, in milliseconds. */
  readonly most: number;
  readonly pauseMs: number;
  readonly trouble: boolean;
}

/** Kills, lets the last process finish, and stops it. */
async function play(plan: Plan, senders: Senders) {
  const random = createRandom(SEED).named(plan.name);
  const trouble = plan.trouble ? createTrouble(ground, random.named('trouble')) : undefined;
  const { kills, ready } = await storm({ ground, program: plan.program, kills: plan.kills, random }).finally(() =>
    trouble?.stop(),
  );
  const last = ground.start(plan.program);
  await last.ready;
  await senders.stop();
  await ground.idle(DRAIN_MS);
  for (const { user } of trouble?.forgive() ?? []) {
    const { status } = await ground.client.request('POST', '/send', { user, text: 'Welcome back.', wait: 30_000 });
    expect(status).toBe(200);
  }
  // Who came back is marked as unreachable no more, and nothing else was ever touched.
  await expect.poll(() => readLinks(ground), { timeout: 30_000 }).toEqual(JSON.parse(ground.links));
  await expect.poll(() => leftovers(ground.dataDir, plan.trouble), { timeout: 30_000 }).toEqual([]);
  return { kills, ready, last, lostAnswers: trouble?.lostAnswers() ?? 0 };
}

async function expectShown({ posted }: Senders): Promise<void> {
  for (const { user } of ground.people) {
    const { body } = await ground.client.request('GET', `/messages?user=${user}&limit=200`);
    const shown = new Set((body as { messages: { id: string }[] }).messages.map(({ id }) => id));
    const newest = posted.filter(({ person, receipt }) => person.user === user && receipt !== undefined).slice(-20);
    expect(newest.filter(({ receipt }) => !shown.has(receipt?.id ?? ''))).toEqual([]);
  }
}

async function run(plan: Plan, context: TestContext): Promise<void> {
  ground = await layGround({ linked: plan.people, limits: plan.limits });
  try {
    const random = createRandom(SEED).named(plan.name);
    const shelf = await fillShelf(ground.folder);
    const senders = startSenders({ ground, shelf, random, most: plan.most, pauseMs: plan.pauseMs });
    const { kills, ready, last, lostAnswers } = await play(plan, senders);
    await expectShown(senders);
    await last.stop();
    const books = await audit(ground, senders.posted, kills, lostAnswers);
    const { accepted, arrived, twice, failed, lost, wrong } = books;
    const refused = [...senders.refused].map(([status, count]) => `, ${count} × ${status}`).join('');
    const again = senders.posted.filter(({ tries, id }) => id !== undefined && tries > 1).length;
    console.log(
      `${plan.name}: seed ${SEED}, ${kills.length} kills (${ready} when ready), ${accepted} accepted, ` +
        `${arrived} messages arrived, ${again} posted again, ${failed} failed, ${twice} twice, ${lost.length} lost${refused}`,
    );
    tell(context, BOOKS, { what: plan.name, kills: kills.length, accepted, arrived, failed, twice, lost: lost.length });
    expect(lost).toEqual([]);
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThanOrEqual(plan.people);
    // At least once: no more copies than calls that a kill, or a lost answer, may have left in doubt.
    expect(twice).toBeLessThanOrEqual((kills.length + lostAnswers) * plan.people);
    expect(await leftovers(ground.dataDir, plan.trouble)).toEqual([]);
    expect(await readLinks(ground)).toEqual(JSON.parse(ground.links));
  } finally {
    await ground.remove();
  }
}

test(
  'nothing accepted is lost by the service as it is installed, at Telegram’s own rates',
  { timeout: TIMEOUT_MS },
  (context) =>
    run(
      {
        name: 'as installed',
        kills: killsFor(0.25),
        program: programs.real,
        people: 24,
        limits: true,
        most: 150,
        pauseMs: 300,
        trouble: false,
      },
      context,
    ),
);

test('nothing accepted is lost under a flood', { timeout: TIMEOUT_MS }, (context) =>
  run(
    {
      name: 'flood',
      kills: killsFor(0.35),
      program: programs.fast,
      people: 12,
      limits: false,
      most: 2000,
      pauseMs: 2,
      trouble: false,
    },
    context,
  ),
);

test('nothing accepted is lost while Telegram fails in every way', { timeout: TIMEOUT_MS }, (context) =>
  run(
    {
      name: 'trouble',
      kills: killsFor(0.2),
      program: programs.fast,
      people: 12,
      limits: false,
      most: 300,
      pauseMs: 30,
      trouble: true,
    },
    context,
  ),
);
