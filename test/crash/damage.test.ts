/** A data folder in which files are torn, emptied, zeroed, or somebody else's: all that is whole is served. */
import { cp, lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom, type Random } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { sortArrivals } from '../support/traffic/arrivals.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { readHistory } from '../support/traffic/history.ts';
import { type Draft, fillShelf, MARK, markOf } from '../support/traffic/messages.ts';
import { post } from '../support/traffic/senders.ts';
import { DAMAGES, type Damage, scatter, spoil } from './support/damage.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';

const ROUNDS = killsFor(0.05);
const PEOPLE = 6;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

/** A delivery that waits in the template: its file, and the marks of its messages. */
interface Waiting {
  readonly name: string;
  readonly marks: readonly string[];
  readonly files: number;
}

const draftOf = (kind: number, mark: string, photo: string): Draft => {
  const files = [{ part: 'photo' as const, path: photo, name: 'a.png' }];
  if (kind === 0) return { path: '/send_photo', fields: { caption: mark }, files, marks: [mark] };
  return { path: '/send', fields: { text: `All is well, ${mark}.` }, files: [], marks: [mark] };
};

/** Makes a data folder with something of everything in it, and keeps a copy of it. */
async function makeTemplate(ground: Ground, template: string): Promise<Waiting[]> {
  const { sandbox, people, dataDir } = ground;
  const shelf = await fillShelf(ground.folder);
  const service = ground.start(programs.real);
  await service.ready;
  // Codes, mutes, a history, a failure.
  sandbox.say(2000, '/start');
  await sandbox.waitFor(({ chat_id }) => chat_id === 2000, 30_000);
  const [first, , , , , last] = people;
  if (first === undefined || last === undefined) throw new Error('nobody is there');
  sandbox.say(first.chatId, '/mute 1h some_script');
  await sandbox.waitFor(({ chat_id }) => chat_id === first.chatId, 30_000);
  sandbox.block(last.chatId);
  const refused = { person: last, number: 0, draft: draftOf(1, 'refused', shelf.photo), id: undefined, tries: 0 };
  expect((await post(ground, refused, 20_000))?.status).toBe(422);
  sandbox.restore(last.chatId);
  await sandbox.stop();
  for (const [i, person] of people.entries()) {
    for (const number of [0, 1]) {
      const draft = draftOf((i + number) % 3, markOf(person.chatId, number), shelf.photo);
      expect((await post(ground, { person, number, draft, id: undefined, tries: 0 }, 0))?.status).toBe(202);
    }
  }
  await service.kill();
  await sandbox.start();
  await cp(dataDir, template, { recursive: true, verbatimSymlinks: true });
  const names = (await readdir(join(dataDir, 'outbox'))).filter((name) =>
    /^[0-9a-z]{11}-[0-9a-f]{8}\.json$/.test(name),
  );
  return Promise.all(
    names.sort().map(async (file) => {
      const text = await readFile(join(dataDir, 'outbox', file), 'utf8');
      const { files } = JSON.parse(text) as { files: unknown[] };
      return { name: file.replace('.json', ''), marks: [...new Set(text.match(MARK))], files: files.length };
    }),
  );
}

/** What a round spoils, and how. A list of links that is empty, or gone, means that nobody is linked, and says nothing. */
function choose(random: Random, waiting: readonly Waiting[]): Map<string, Damage> {
  const state = ['pending_codes.json', 'mutes.json', 'telegram_users.json', 'bot.log'];
  const chosen = new Map<string, Damage>();
  const any = (list: readonly Damage[]) => list[random.below(list.length)] ?? 'torn';
  for (const { name, files } of waiting) {
    if (random.next() < 0.2) chosen.set(`outbox/${name}.json`, any(DAMAGES));
    else if (files > 0 && random.next() < 0.3)
      chosen.set(`outbox/${name}.0`, any(['torn', 'emptied', 'folder', 'dangling']));
  }
  for (const name of state) {
    const ways = name === 'telegram_users.json' ? DAMAGES.filter((way) => way !== 'dangling') : DAMAGES;
    if (random.next() < 0.25) chosen.set(name, any(ways));
  }
  return chosen;
}

async function spoilAll(ground: Ground, chosen: ReadonlyMap<string, Damage>, random: Random): Promise<void> {
  for (const [name, damage] of chosen) {
    const path = join(ground.dataDir, name);
    // Not every state is there at all times.
    if (await lstat(path).catch(() => undefined)) await spoil(path, damage, random);
  }
  const history = (await readdir(join(ground.dataDir, 'history')))[0];
  const way = (['torn', 'zeros', 'foreign', 'emptied'] as const)[random.below(5)];
  if (history !== undefined && way !== undefined) await spoil(join(ground.dataDir, 'history', history), way, random);
}

interface Counts {
  arrived: number;
  aside: number;
  failed: number;
}

async function round(ground: Ground, template: string, waiting: readonly Waiting[], random: Random): Promise<Counts> {
  const { sandbox, dataDir } = ground;
  await rm(dataDir, { recursive: true, force: true });
  await cp(template, dataDir, { recursive: true, verbatimSymlinks: true });
  const chosen = choose(random, waiting);
  await spoilAll(ground, chosen, random);
  const foreign = await scatter(dataDir);
  const what = JSON.stringify([...chosen]);
  const seen = sandbox.messages().length;

  const service = ground.start(programs.fast);
  if (!(await service.ready)) throw new Error(`it did not start over ${what}:\n${service.tail()}`);
  const { status, body } = await ground.client.request('GET', '/health');
  const reasons = (body as { reasons?: string[] }).reasons?.join('\n') ?? '';
  const spoiltLinks = chosen.get('telegram_users.json');
  if (spoiltLinks !== undefined) {
    expect([status, reasons], what).toEqual([503, expect.stringContaining('telegram_users.json')]);
    // Never written to, so that a person can repair it and the service finds its deliveries.
    expect((await lstat(join(dataDir, 'telegram_users.json'))).isDirectory()).toBe(spoiltLinks === 'folder');
    await rm(join(dataDir, 'telegram_users.json'), { recursive: true });
    await cp(join(template, 'telegram_users.json'), join(dataDir, 'telegram_users.json'));
  }
  await ground.idle(90_000);
  const arrivals = sortArrivals(sandbox.messages().slice(seen));
  const lines = await readHistory(dataDir);
  const counts: Counts = { arrived: 0, aside: 0, failed: 0 };
  const aside = await readdir(join(dataDir, 'outbox/corrupt')).catch(() => []);
  for (const { name, marks } of waiting) {
    const there = marks.every((mark) => arrivals.of(mark).length === 1);
    if (chosen.has(`outbox/${name}.json`)) {
      expect(aside, what).toContain(`${name}.json`);
      expect(reasons, what).toContain('outbox/corrupt');
      counts.aside += 1;
    } else if (chosen.has(`outbox/${name}.0`)) {
      // The text arrives, with a line about the file; or the whole is kept as failed.
      expect(there || lines.failed(name), `${name} of ${what}`).toBe(true);
      counts[there ? 'arrived' : 'failed'] += 1;
    } else {
      expect(there, `${name} of ${what}`).toBe(true);
      counts.arrived += 1;
    }
  }
  await service.stop();
  for (const name of foreign) expect(await lstat(join(dataDir, name)), name).toBeDefined();
  return counts;
}

test('what is whole is delivered, what is not is kept and said', {
  timeout: 60_000 + ROUNDS * 20_000,
}, async (context) => {
  const ground = await layGround({ linked: PEOPLE, limits: false });
  try {
    const random = createRandom(SEED).named('damage');
    const template = join(ground.folder, 'template');
    const waiting = await makeTemplate(ground, template);
    expect(waiting).toHaveLength(2 * PEOPLE);
    const sum: Counts = { arrived: 0, aside: 0, failed: 0 };
    for (let i = 0; i < ROUNDS; i += 1) {
      const { arrived, aside, failed } = await round(ground, template, waiting, random);
      sum.arrived += arrived;
      sum.aside += aside;
      sum.failed += failed;
    }
    const { arrived, aside, failed } = sum;
    tell(context, BOOKS, {
      what: `${ROUNDS} spoilt folders`,
      kills: 1,
      accepted: ROUNDS * waiting.length,
      arrived,
      failed,
      'set aside': aside,
      twice: 0,
      lost: 0,
    });
  } finally {
    await ground.remove();
  }
});
