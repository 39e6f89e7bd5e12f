/** Kills before each single step on disk, while what quiet hours held back is told in a summary. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { tell } from '../support/reporters/figures.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { everyStep, sum } from './support/at-each-step.ts';
import { leftovers } from './support/leftovers.ts';
import { BOOKS } from './support/settings.ts';
import { killAt, ONE_THREAD, type Step, UNTRACEABLE } from './support/tracing.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

const TEXTS = ['first of the night', 'second of the night'];
const FILE = 'with a file';

/** As another program may write them: all day but a minute that is hours away, or none. */
async function setQuiet({ dataDir, people }: Ground, isQuiet: boolean): Promise<void> {
  const hours = [2, 26].map((ahead) => new Date(Date.now() + ahead * 3_600_000).toISOString().slice(11, 13));
  const quiet = `${hours[0]}:01-${hours[1]}:00`;
  const entries = people.map(({ user }) => [user, { note: 'as it was', ...(isQuiet && { timezone: 'UTC', quiet }) }]);
  await writeFile(join(dataDir, 'people.json'), JSON.stringify(Object.fromEntries(entries)));
}

/** Holds messages back with a service that nothing disturbs. */
async function hold(ground: Ground, user: string): Promise<void> {
  await setQuiet(ground, true);
  const service = ground.start(programs.real);
  expect(await service.ready, service.tail()).toBe(true);
  for (const text of TEXTS) {
    expect(await ground.client.request('POST', '/send', { user, text, id: text })).toMatchObject({ status: 202 });
  }
  const path = join(ground.folder, 'report.txt');
  await writeFile(path, 'a report');
  const sent = await ground.client.request('POST', '/send_document', {
    user,
    caption: FILE,
    document_path: path,
    id: FILE,
  });
  expect(sent.status).toBe(202);
  await service.stop();
}

async function statuses(ground: Ground, user: string): Promise<Record<string, string[]>> {
  const { body } = await ground.client.request('GET', `/messages?user=${user}&limit=100`);
  const found: Record<string, string[]> = {};
  for (const { id, status } of (body as { messages: { id: string; status: string }[] }).messages) {
    found[id] = [...(found[id] ?? []), status];
  }
  return found;
}

async function told(step: Step, nth: number): Promise<boolean> {
  const ground = await layGround({ linked: 1, limits: false, environment: ONE_THREAD });
  try {
    const [person] = ground.people;
    if (person === undefined) throw new Error('nobody is there');
    const { user, chatId } = person;
    await hold(ground, user);
    expect(ground.sandbox.messages(chatId)).toEqual([]);
    await setQuiet(ground, false);

    const victim = ground.start(programs.real, { via: killAt(step, nth) });
    const killed = victim.ended.then((how) => how === 'SIGKILL');
    const done = victim.ready.then((isReady) => (isReady ? ground.idle(60_000).catch(() => {}) : undefined));
    const isEarly = await Promise.race([killed, done.then(() => false)]);
    if (!isEarly) victim.askToStop();
    const wasKilled = await killed;

    const last = ground.start(programs.real);
    expect(await last.ready, last.tail()).toBe(true);
    await ground.idle(60_000);
    // The records of the summary are ended after the last message has left the outbox.
    await sleep(100);
    const messages = ground.sandbox.messages(chatId);
    const summaries = messages.filter(({ text }) => text?.startsWith('🌙'));
    const files = messages.filter(({ caption }) => caption === FILE);
    // A message that Telegram took, and whose record the kill prevented, comes twice; never one of each.
    expect([step, nth, messages.length - summaries.length - files.length]).toEqual([step, nth, 0]);
    expect([1, wasKilled ? 2 : 1]).toContain(summaries.length);
    expect([1, wasKilled ? 2 : 1]).toContain(files.length);
    expect(summaries.length + files.length).toBeLessThanOrEqual(3);
    for (const text of [...TEXTS, FILE]) for (const one of summaries) expect(one.text).toContain(text);
    const { [FILE]: file, ...others } = await statuses(ground, user);
    expect([step, nth, file]).toEqual([step, nth, ['sent']]);
    for (const text of TEXTS) expect([step, nth, others[text]]).toEqual([step, nth, ['summarized']]);
    expect(Object.values(others).filter(([status]) => status === 'sent')).toHaveLength(1);
    await last.stop();
    expect(await leftovers(ground.dataDir), `left at ${step} ${nth}`).toEqual([]);
    return wasKilled;
  } finally {
    await ground.remove();
  }
}

describe.skipIf(UNTRACEABLE !== undefined)(`at each step${UNTRACEABLE ? ` (not here: ${UNTRACEABLE})` : ''}`, () => {
  test('what was held back is told in one summary', { timeout: 600_000 }, async (context) => {
    const steps = await everyStep(told);
    console.log(`held messages: killed at each of ${sum(steps)} steps (${JSON.stringify(steps)}), 0 lost`);
    tell(context, BOOKS, { what: 'at each step of a summary', kills: sum(steps), accepted: 3 * sum(steps), lost: 0 });
    expect(sum(steps)).toBeGreaterThan(10);
  });
});
