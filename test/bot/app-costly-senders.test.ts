/** Senders whose requests cost much, beside one whose cost little; in the whole service. */
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkedChat } from '../../src/core/destination.ts';
import { createHistory } from '../../src/storage/files/history/history.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { callAs } from './api/support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from './api/support/test-users.ts';

describe.skipIf(!isRoot)(`a sender (${NEEDS_ROOT})`, () => {
  let bot: RunningBot;
  let ann: TestUser;
  let ben: TestUser;
  let cat: TestUser;
  const writeHistory = async (dataDir: string) => {
    const history = createHistory(dataDir, Date.now);
    const at = new Date().toISOString();
    const records = Array.from({ length: 3_000 }, (_, i) => ({
      id: `m${i}`,
      delivery: `0hod95udm8o-${String(i).padStart(8, '0')}`,
      user: cat.name,
      uid: cat.uid,
      destination: linkedChat(cat.name, 3),
      status: 'sent' as const,
      acceptedAt: at,
      finishedAt: at,
      messageIds: [i],
      text: `message ${i}`,
    }));
    await Promise.all(records.map((record) => history.append(record)));
    await history.close();
  };
  beforeAll(async () => {
    [ann, ben, cat] = [createUser(), createUser(), createUser()];
    bot = await startBot({
      links: { [ann.name]: 1, [ben.name]: 2, [cat.name]: 3 },
      beforeStart: writeHistory,
    });
    chmodSync(dirname(bot.settings.socketPath), 0o755);
  });
  afterAll(async () => {
    await bot.stop();
    for (const user of [ann, ben, cat]) removeUser(user);
  });
  const send = (user: TestUser, body: object) =>
    callAs(user, bot.settings.socketPath, 'POST', '/send', { wait: 0, ...body });

  test('pays for what a request costs: dense markup uses up the time of one, not of others', async () => {
    const dense = { text: '*a* _b_ `c` [d](https://e.example) '.repeat(2_800), parse_mode: 'MarkdownV2' };
    let last = await send(ann, dense);
    expect(last.status).toBe(202);
    const until = performance.now() + 100_000;
    while (last.status === 202 && performance.now() < until) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => send(ann, dense)));
      last = answers.find(({ status }) => status !== 202) ?? last;
    }
    expect([last.status, last.body.code]).toEqual([429, 'too_many_requests']);
    expect(last.body.error).toMatch(/^Your requests cost more time/);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send(ben, { text: 'short' })).status).toBe(202);
  });

  test('pays for searches of a long history', async () => {
    const search = () => callAs(cat, bot.settings.socketPath, 'GET', '/messages?q=nothing');
    const statuses = new Set<number>();
    const until = performance.now() + 100_000;
    while (!statuses.has(429) && performance.now() < until) {
      for (const { status, body } of await Promise.all(Array.from({ length: 8 }, search))) {
        statuses.add(status);
        expect(status === 200 ? body.messages : body.code).toEqual(status === 200 ? [] : 'too_many_requests');
      }
    }
    expect([...statuses].sort()).toEqual([200, 429]);
    expect((await send(ben, { text: 'short' })).status).toBe(202);
  });
});
