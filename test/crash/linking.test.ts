/** Kills while people link their chats: the files of links and codes, and the answers in Telegram. */
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { storm } from './support/killer.ts';
import { leftovers, readLinks } from './support/leftovers.ts';
import {
  answersIn,
  HELP,
  NEWCOMERS,
  type Newcomer,
  NO_NEWCOMERS,
  SAY_AGAIN,
  startNewcomer,
} from './support/newcomer.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';
import { killAt, ONE_THREAD, UNTRACEABLE } from './support/tracing.ts';

const CHATS = 5;
const KILLS = killsFor(0.2);
const CODE = /Your code is (\d{6})/;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

async function lay(environment: Readonly<Record<string, string>> = {}): Promise<Ground> {
  const ground = await layGround({
    linked: 1,
    limits: false,
    environment,
    ...(NO_NEWCOMERS === undefined && { accounts: NEWCOMERS }),
  });
  onTestFinished(() => ground.remove());
  return ground;
}

/** Both files are whole at any time, and what others wrote there stays. */
async function expectWhole(ground: Ground): Promise<void> {
  const [first] = Object.keys(JSON.parse(ground.links));
  expect((await readLinks(ground))[first ?? '']).toEqual(JSON.parse(ground.links)[first ?? '']);
  const codes = await readFile(join(ground.dataDir, 'pending_codes.json'), 'utf8').catch(() => '{}');
  expect(JSON.parse(codes)).toBeTypeOf('object');
}

/** As if the ten seconds after which a dead lock is taken over had passed before the restart. */
async function ageLocks({ dataDir }: Ground): Promise<void> {
  const longAgo = Date.now() / 1000 - 20;
  for (const name of await readdir(dataDir)) {
    if (/\.lock$/.test(name) && name !== 'notify-bot.lock') await utimes(join(dataDir, name), longAgo, longAgo);
  }
}

async function expectLinkedOnce(ground: Ground, { chatId, tried }: Newcomer): Promise<void> {
  const links = await readLinks(ground);
  for (const { code, users, linked } of tried) {
    const found = users.filter((user) => links[user]?.chat_id === chatId);
    expect(found.length, `accounts linked by the code ${code} of chat ${chatId}`).toBeLessThanOrEqual(1);
    expect(found, `accounts told that they are linked by ${code}`).toEqual(expect.arrayContaining([...linked]));
  }
}

/** Each word got an answer: that to its command, or a plea to say it again. */
function expectAnswered(ground: Ground, { chatId, said }: Newcomer): void {
  const [codes, helps, pleas] = [CODE, HELP, SAY_AGAIN].map((words) => answersIn(ground, chatId, words).length);
  expect((codes ?? 0) + (pleas ?? 0)).toBeGreaterThanOrEqual(said.start);
  expect((helps ?? 0) + (pleas ?? 0)).toBeGreaterThanOrEqual(said.help);
  expect((codes ?? 0) + (helps ?? 0) + (pleas ?? 0)).toBeGreaterThanOrEqual(said.start + said.help);
}

async function lastRound(ground: Ground, chatId: number): Promise<void> {
  const newcomer = startNewcomer(ground, chatId);
  await newcomer.stop();
  expect(newcomer.tried.map(({ linked }) => linked.length)).toEqual([1]);
}

const LINKING = `a code links once, links stay whole, and everybody is answered${NO_NEWCOMERS ? ` (not here: ${NO_NEWCOMERS})` : ''}`;
test.skipIf(NO_NEWCOMERS !== undefined)(
  LINKING,
  {
    timeout: 120_000 + KILLS * 4000,
  },
  async (context) => {
    const ground = await lay();
    const random = createRandom(SEED).named('linking');
    const newcomers = Array.from({ length: CHATS }, (_, i) => startNewcomer(ground, 2000 + i));
    const { kills, ready } = await storm({
      ground,
      program: programs.real,
      kills: KILLS,
      random,
      async between() {
        await expectWhole(ground);
        if (random.next() < 0.7) await ageLocks(ground);
      },
    });
    const last = ground.start(programs.real);
    await last.ready;
    await Promise.all(newcomers.map((newcomer) => newcomer.stop()));
    for (const newcomer of newcomers) {
      await expectLinkedOnce(ground, newcomer);
      expectAnswered(ground, newcomer);
    }
    await lastRound(ground, 3000);
    await last.stop();
    const rounds = newcomers.reduce((sum, { tried }) => sum + tried.length, 0);
    const pleas = newcomers.reduce((sum, { chatId }) => sum + answersIn(ground, chatId, SAY_AGAIN).length, 0);
    const said = newcomers.reduce((sum, newcomer) => sum + newcomer.said.start + newcomer.said.help, 0);
    console.log(
      `linking: seed ${SEED}, ${kills.length} kills (${ready} when ready), ${rounds} codes tried, ` +
        `${said} commands, ${pleas} to be said again, 0 unanswered`,
    );
    tell(context, BOOKS, {
      what: 'linking',
      kills: kills.length,
      accepted: said,
      arrived: said,
      twice: pleas,
      lost: 0,
    });
    expect(ground.sandbox.pendingUpdates).toBe(0);
    await expectWhole(ground);
    expect(await leftovers(ground.dataDir)).toEqual([]);
  },
);

test('an update that ended the service three times is not tried again, and its sender hears of it', async () => {
  const ground = await lay();
  const { sandbox, dataDir } = ground;
  const chat = { id: 2000, type: 'private', first_name: 'Ann' };
  const text = '/start';
  const entities = [{ type: 'bot_command', offset: 0, length: text.length }];
  const from = { id: chat.id, is_bot: false, first_name: 'Ann' };
  // Telegram has it too: the last process was killed before it confirmed.
  const update_id = sandbox.say(chat.id, text);
  const update = { update_id, message: { message_id: 1, date: 1, chat, from, text, entities } };
  const updates = [{ update, tries: 3 }];
  const botId = Number(sandbox.token.split(':')[0]);
  await writeFile(join(dataDir, 'updates.json'), JSON.stringify({ bot_id: botId, updates }));
  const service = ground.start(programs.real);
  sandbox.say(chat.id, '/help');
  await sandbox.waitFor((message) => HELP.test(message.text ?? ''), 30_000);
  await service.stop();
  expect(answersIn(ground, chat.id, SAY_AGAIN)).toHaveLength(1);
  expect(answersIn(ground, chat.id, CODE)).toEqual([]);
  expect(sandbox.pendingUpdates).toBe(0);
  expect(JSON.parse(await readFile(join(dataDir, 'updates.json'), 'utf8')).updates).toEqual([]);
});

describe.skipIf(UNTRACEABLE !== undefined)(`at each step${UNTRACEABLE ? ` (not here: ${UNTRACEABLE})` : ''}`, () => {
  test('a lock held at the kill is taken over by the next process', { timeout: 180_000 }, async () => {
    const ground = await lay(ONE_THREAD);
    const lock = join(ground.dataDir, 'pending_codes.json.lock');
    // The removal of the lock is the step that would give it back.
    const victim = ground.start(programs.real, { via: killAt('rmdir', 1, lock) });
    await victim.ready;
    ground.sandbox.say(2000, '/start');
    expect(await victim.ended).toBe('SIGKILL');
    expect((await stat(lock)).isDirectory()).toBe(true);
    const next = ground.start(programs.real);
    while (answersIn(ground, 2000, CODE).length === 0) await sleep(50);
    await next.stop();
    await expect(stat(lock)).rejects.toThrow('ENOENT');
    expect(await leftovers(ground.dataDir)).toEqual([]);
  });
});
