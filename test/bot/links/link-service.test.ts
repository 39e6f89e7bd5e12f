import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createEventBus } from '../../../src/bot/events/event-bus.ts';
import { createAttemptLimit } from '../../../src/bot/links/attempt-limit.ts';
import { createLinkService, type LinkAttempt } from '../../../src/bot/links/link-service.ts';
import type { LinkResult } from '../../../src/core/views/account-status.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { createCodes } from '../../../src/storage/files/codes/codes.ts';
import { createDeepLinks } from '../../../src/storage/files/codes/deep-links.ts';
import { createLinks } from '../../../src/storage/files/links/links.ts';
import { MINUTE, person, START } from '../../support/files/entries.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

async function setUp() {
  const dataDir = await temporaryFolder();
  const clock = { now: START };
  const now = () => clock.now;
  const bound = { bounds: [{ most: 5, windowMs: MINUTE }], now };
  const links = createLinks({ dataDir, now });
  const codes = createCodes({ dataDir, now });
  const deepLinks = createDeepLinks({ dataDir, now });
  const tries = createAttemptLimit(bound);
  const tokenTries = createAttemptLimit(bound);
  const bus = createEventBus(createLog('debug', []));
  const published: unknown[] = [];
  bus.subscribe({
    'link.redeemed': (event) => void published.push({ redeemed: event }),
    'link.replaced': (event) => void published.push({ replaced: event }),
  });
  const linking = createLinkService({ links, codes, deepLinks, bus, tries, tokenTries });
  return { linking, links, codes, deepLinks, clock, dataDir, published };
}

const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('by code', () => {
  test('links the user to the chat that asked, and publishes both chats', async () => {
    const { linking, links, codes, published } = await setUp();
    const first = await codes.issue(person(7));
    const result: LinkAttempt & LinkResult = await linking.redeemCode('alice', 1001, first.code, 'uid 1001');
    expect(result).toEqual({ outcome: 'linked', user: 'alice', linkedAt: '2026-01-30T11:30:00Z', chat: person(7) });
    expect(await links.find('alice', 1001)).toMatchObject({ chatId: 7 });
    const second = await codes.issue(person(8));
    const moved = await linking.redeemCode('alice', 1001, second.code, 'uid 1001');
    expect(moved).toMatchObject({ outcome: 'linked', previous: person(7) });
    expect(published).toEqual([
      { redeemed: { user: 'alice', chat: person(7) } },
      { replaced: { user: 'alice', former: person(7), by: person(8), previous: person(7) } },
      { redeemed: { user: 'alice', chat: person(8), previous: person(7) } },
    ]);
    expect(await linking.redeemCode('alice', 1001, second.code, 'uid 1001')).toEqual({ outcome: 'unknown' });
  });

  test('five wrong tries a minute get an answer each, then even the right code is refused', async () => {
    const { linking, links, codes, clock } = await setUp();
    const { code } = await codes.issue(person(7));
    const guesses = Array.from({ length: 8 }, () => linking.redeemCode('eve', 1002, another(code), 'uid 1002'));
    const outcomes = (await Promise.all(guesses)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'unknown')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'too-many-tries')).toHaveLength(3);
    expect(await linking.redeemCode('eve', 1002, code, 'uid 1002')).toEqual({ outcome: 'too-many-tries' });
    expect(await links.find('eve', 1002)).toBeUndefined();
    expect(await linking.redeemCode('alice', 1001, code, 'uid 1001')).toMatchObject({ outcome: 'linked' });
    clock.now += MINUTE;
    expect(await linking.redeemCode('eve', 1002, code, 'uid 1002')).toEqual({ outcome: 'unknown' });
  });

  test('wrong tries of others, however many, refuse nobody’s right code', async () => {
    const { linking, codes } = await setUp();
    const { code } = await codes.issue(person(7));
    for (let uid = 2000; uid < 2100; uid += 1) await linking.redeemCode('eve', uid, another(code), `uid ${uid}`);
    expect(await linking.redeemCode('alice', 1001, code, 'uid 1001')).toMatchObject({ outcome: 'linked' });
  });

  test('right codes are not counted, expired ones are', async () => {
    const { linking, codes, clock } = await setUp();
    for (let time = 0; time < 7; time += 1) {
      const { code } = await codes.issue(person(7));
      expect(await linking.redeemCode('alice', 1001, code, 'uid 1001')).toMatchObject({ outcome: 'linked' });
    }
    const { code } = await codes.issue(person(7));
    clock.now += 10 * MINUTE;
    const outcomes: string[] = [];
    for (let time = 0; time < 6; time += 1) {
      outcomes.push((await linking.redeemCode('alice', 1001, code, 'uid 1001')).outcome);
    }
    expect(outcomes).toEqual([...Array.from({ length: 5 }, () => 'expired'), 'too-many-tries']);
  });

  test('a code is not lost when the link cannot be stored, and such tries are not counted', async () => {
    const { linking, codes, dataDir } = await setUp();
    const { code } = await codes.issue(person(7));
    const file = join(dataDir, 'telegram_users.json');
    await writeFile(file, '{');
    for (let time = 0; time < 7; time += 1) {
      const attempt = linking.redeemCode('alice', 1001, code, 'uid 1001');
      await expect(attempt).rejects.toMatchObject({ code: 'links_unreadable' });
    }
    expect(await readFile(file, 'utf8')).toBe('{');
    await writeFile(file, '{}');
    expect(await linking.redeemCode('alice', 1001, code, 'uid 1001')).toMatchObject({ outcome: 'linked' });
  });
});

describe('by deep link', () => {
  test('links the account that the token was made for to the chat that opened it', async () => {
    const { linking, links, deepLinks, published } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    const result = await linking.redeemToken(token, person(7), true);
    expect(result).toMatchObject({ outcome: 'linked', user: 'alice', linkedAt: '2026-01-30T11:30:00Z' });
    expect(await links.find('alice', 1001)).toMatchObject({ chatId: 7, chat: person(7) });
    expect(await linking.redeemToken(token, person(8), true)).toEqual({ outcome: 'unknown' });
    // The chat that opened the link gets its answer there.
    expect(published).toEqual([]);
  });

  test('moves nothing from another chat before it is confirmed, and the token stays good', async () => {
    const { linking, links, codes, deepLinks } = await setUp();
    await linking.redeemCode('alice', 1001, (await codes.issue(person(7))).code, 'uid 1001');
    const { token } = await deepLinks.issue('alice', 1001);
    const question = { outcome: 'would-move', user: 'alice', uid: 1001, previous: person(7) };
    for (let time = 0; time < 7; time += 1) {
      expect(await linking.redeemToken(token, person(8), false)).toEqual(question);
    }
    expect(await links.find('alice', 1001)).toMatchObject({ chatId: 7 });
    expect(await linking.redeemToken(token, person(8), true)).toMatchObject({ outcome: 'linked', previous: person(7) });
    expect(await links.find('alice', 1001)).toMatchObject({ chatId: 8 });
  });

  test('of a name that another account had before names neither chat to the other', async () => {
    const { linking, links, codes, published } = await setUp();
    await linking.redeemCode('alice', 1001, (await codes.issue(person(7))).code, 'uid 1001');
    const result = await linking.redeemCode('alice', 2002, (await codes.issue(person(8))).code, 'uid 2002');
    expect(result).not.toHaveProperty('previous');
    expect(published.slice(1)).toEqual([
      { replaced: { user: 'alice', former: person(7) } },
      { redeemed: { user: 'alice', chat: person(8) } },
    ]);
    expect(await links.find('alice', 2002)).toMatchObject({ chatId: 8 });
  });

  test('stays good when the links cannot be read', async () => {
    const { linking, deepLinks, dataDir } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    await writeFile(join(dataDir, 'telegram_users.json'), 'no JSON');
    await expect(linking.redeemToken(token, person(8), false)).rejects.toMatchObject({ code: 'links_unreadable' });
    await writeFile(join(dataDir, 'telegram_users.json'), '{}');
    expect(await linking.redeemToken(token, person(8), false)).toMatchObject({ outcome: 'linked' });
  });

  test('wrong tokens are bounded by chat, use up nobody’s tries for codes, and refuse no right one', async () => {
    const { linking, codes, deepLinks } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    for (let chat = 1; chat <= 12; chat += 1) {
      for (let time = 0; time < 5; time += 1) {
        expect(await linking.redeemToken('wrong', person(chat), true)).toEqual({ outcome: 'unknown' });
      }
      expect(await linking.redeemToken('wrong', person(chat), true)).toEqual({ outcome: 'too-many-tries' });
    }
    expect(await linking.redeemToken(token, person(1), true)).toMatchObject({ outcome: 'linked' });
    const { code } = await codes.issue(person(7));
    expect(await linking.redeemCode('alice', 1001, code, 'uid 1001')).toMatchObject({ outcome: 'linked' });
  });
});
