/** The built service at half of what Telegram takes, while Telegram fails every few seconds: nothing may grow. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createInstruments, type Instruments, openFilesOf } from '../support/programs/instruments.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { audit } from '../support/traffic/audit.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { fillShelf } from '../support/traffic/messages.ts';
import { type Senders, startSenders } from '../support/traffic/senders.ts';
import { createTrouble } from '../support/traffic/trouble.ts';
import { courseOf } from './series.ts';

/** Seconds in a run of all tests: no more than to see that it works. */
const SHORT_S = 12;
const { SOAK_MINUTES, SOAK_SECONDS, SOAK_SEED } = process.env;
const SECONDS = Number(SOAK_SECONDS || Number(SOAK_MINUTES || 0) * 60 || SHORT_S);
const SEED = Number(SOAK_SEED || randomInt(1, 2 ** 31));
/** Below this the course of memory says nothing. */
const TELLING_S = 600;

/** Telegram takes 30 messages a second; a notification is one and a half on average, and so these make 15. */
const PEOPLE = 60;
const PAUSE_MS = 6000;
/** On their way at most. */
const MOST = 300;
const FAULT_EVERY_MS = 3000;
const LOOK_EVERY_MS = Math.max(500, SECONDS);
const DRAIN_MS = 180_000;

/** What may come on top from the middle of the run to its end. */
const MOST_GROWTH: Readonly<Record<string, number>> = { 'RSS, MB': 12, 'heap, MB': 6, files: 3, sockets: 3 };

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

type Points = [at: number, value: number][];

/** Looks every now and then, until it is stopped. */
function watch(pid: number, instruments: Instruments) {
  const series: Record<string, Points> = { 'RSS, MB': [], 'heap, MB': [], files: [], sockets: [] };
  const most = { heldMs: 0, gapMs: 0 };
  let going = true;
  const look = async () => {
    const at = performance.now();
    const { rss, heapUsed, heldMs, gapMs } = await instruments.read();
    const { all, sockets } = await openFilesOf(pid);
    most.heldMs = Math.max(most.heldMs, heldMs);
    most.gapMs = Math.max(most.gapMs, gapMs);
    for (const [name, value] of [
      ['RSS, MB', rss / 2 ** 20],
      ['heap, MB', heapUsed / 2 ** 20],
      ['files', all],
      ['sockets', sockets],
    ] as const) {
      series[name]?.push([at, value]);
    }
  };
  const watching = (async () => {
    while (going) {
      await look();
      await sleep(LOOK_EVERY_MS);
    }
  })();
  watching.catch(() => {});
  return {
    async stop() {
      going = false;
      await watching;
      return { series: Object.entries(series).map(([name, points]) => ({ name, points })), ...most };
    },
  };
}

/** People who ask the bot something, so that updates come in as well. */
function startAsking({ sandbox, people }: Ground): () => void {
  let turn = 0;
  const words = ['/help', '/status', '/whoami', 'hello'];
  const timer = setInterval(() => {
    const person = people[turn++ % people.length];
    if (person !== undefined) sandbox.say(person.chatId, words[turn % words.length] ?? '');
  }, 1000);
  return () => clearInterval(timer);
}

/** Ends all that disturbs, and lets what waits go out. */
async function comeToRest(ground: Ground, senders: Senders, trouble: ReturnType<typeof createTrouble>) {
  trouble.stop();
  await senders.stop();
  await ground.idle(DRAIN_MS);
}

test(`for ${SECONDS} s, nothing is lost and nothing grows`, { timeout: SECONDS * 1000 + 300_000 }, async (context) => {
  const ground = await layGround({ linked: PEOPLE, limits: true });
  const instruments = createInstruments(ground.folder);
  try {
    const random = createRandom(SEED);
    const service = ground.start(programs.real, { environment: instruments.environment });
    expect(await service.ready).toBe(true);
    const watched = watch(service.pid, instruments);
    const shelf = await fillShelf(ground.folder);
    const senders = startSenders({ ground, shelf, random, most: MOST, pauseMs: PAUSE_MS });
    const trouble = createTrouble(ground, random.named('trouble'), FAULT_EVERY_MS);
    const stopAsking = startAsking(ground);
    const early = await Promise.race([sleep(SECONDS * 1000, undefined), service.ended]);
    if (early !== undefined) throw new Error(`the service ended by itself (${early}):\n${service.tail()}`);
    stopAsking();
    const { series, heldMs, gapMs } = await watched.stop();
    await comeToRest(ground, senders, trouble);
    await service.stop();
    const { accepted, arrived, twice, failed, lost, wrong } = await audit(
      ground,
      senders.posted,
      [],
      trouble.lostAnswers(),
    );
    for (const one of series) {
      const { middle, end, perHour } = courseOf(one);
      tell(context, `Soak, seed ${SEED}, ${SECONDS} s`, { what: one.name, middle, end, 'slope an hour': perHour });
      if (SECONDS >= TELLING_S) expect(end - middle, one.name).toBeLessThanOrEqual(MOST_GROWTH[one.name] ?? 0);
    }
    const row = {
      accepted,
      messages: arrived,
      'a second': arrived / SECONDS,
      failed,
      twice,
      lost: lost.length,
      'held at most, ms': heldMs,
      'gap at most, ms': gapMs,
    };
    tell(context, 'Delivered', row);
    expect(lost).toEqual([]);
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
    expect(heldMs).toBeLessThan(SECONDS >= TELLING_S ? 200 : 2000);
  } finally {
    await ground.remove();
  }
});
