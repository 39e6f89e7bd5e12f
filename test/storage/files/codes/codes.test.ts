import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCodes } from '../../../../src/storage/files/codes/codes.ts';
import type { Codes } from '../../../../src/storage/ports.ts';
import { type Clock, MINUTE, person, readJson, START, writeJson } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { bundle, start } from '../../../support/programs/child.ts';

const FILE = 'pending_codes.json';
const CREATED = START / 1000;

async function setUp(draws?: readonly number[]): Promise<{ codes: Codes; dataDir: string; clock: Clock }> {
  const dataDir = await temporaryFolder();
  const clock = { now: START };
  const left = [...(draws ?? [])];
  const randomInt = draws === undefined ? {} : { randomInt: () => left.shift() ?? 0 };
  return { codes: createCodes({ dataDir, now: () => clock.now, ...randomInt }), dataDir, clock };
}

describe('a code', () => {
  test('has six digits and the documented shape on disk, and opens its chat once', async () => {
    const { codes, dataDir } = await setUp();
    const { code, expiresAt } = await codes.issue(person(7));
    expect(code).toMatch(/^\d{6}$/);
    expect(expiresAt).toBe('2026-01-30T11:40:00Z');
    expect(await readJson(dataDir, FILE)).toEqual({
      [code]: { chat_id: 7, created_at: CREATED, chat: { type: 'private', name: 'Person 7' } },
    });
    expect(await codes.redeem(code)).toMatchObject({ outcome: 'ok', value: person(7) });
    expect(await codes.redeem(code)).toEqual({ outcome: 'unknown' });
    expect(await readdir(dataDir)).toEqual([FILE]);
  });

  test('keeps its leading zeros and is never one that is already given out', async () => {
    const { codes } = await setUp([42, 42, 42, 999_999]);
    expect((await codes.issue(person(7))).code).toBe('000042');
    expect((await codes.issue(person(8))).code).toBe('999999');
    expect(await codes.redeem('42')).toEqual({ outcome: 'unknown' });
    expect(await codes.redeem('000042')).toMatchObject({ outcome: 'ok', value: { id: 7 } });
  });

  test('is spread over the whole range', async () => {
    const { codes } = await setUp();
    const numbers: number[] = [];
    for (let chat = 1; chat <= 60; chat += 1) numbers.push(Number((await codes.issue(person(chat))).code));
    expect(new Set(numbers).size).toBe(60);
    expect(Math.max(...numbers)).toBeGreaterThan(500_000);
    expect(Math.min(...numbers)).toBeLessThan(500_000);
  });

  test('ends the earlier one of its chat, and no other', async () => {
    const { codes } = await setUp([1, 2, 3]);
    await codes.issue(person(7));
    await codes.issue(person(8));
    await codes.issue(person(7));
    expect(await codes.redeem('000001')).toEqual({ outcome: 'unknown' });
    expect(await codes.redeem('000002')).toMatchObject({ outcome: 'ok' });
    expect(await codes.redeem('000003')).toMatchObject({ outcome: 'ok' });
  });

  test('may be given back, for a second try', async () => {
    const { codes, clock } = await setUp();
    const { code } = await codes.issue(person(7));
    const taken = await codes.redeem(code);
    if (taken.outcome === 'ok') await taken.giveBack();
    clock.now += 9 * MINUTE;
    const again = await codes.redeem(code);
    expect(again).toMatchObject({ outcome: 'ok', value: person(7) });
    const { code: later } = await codes.issue(person(7));
    if (again.outcome === 'ok') await again.giveBack();
    expect(await codes.redeem(code)).toEqual({ outcome: 'unknown' });
    expect(await codes.redeem(later)).toMatchObject({ outcome: 'ok' });
  });

  test.each(['', '__proto__', 'constructor', '1234567', '٠٠٠٠٠١'])('%j is unknown', async (code) => {
    const { codes } = await setUp([1]);
    await codes.issue(person(7));
    expect(await codes.redeem(code)).toEqual({ outcome: 'unknown' });
  });
});

describe('time', () => {
  test.each([
    [0, 'ok'],
    [10 * MINUTE - 1, 'ok'],
    [10 * MINUTE, 'expired'],
    [69 * MINUTE, 'expired'],
    [70 * MINUTE, 'unknown'],
    [-MINUTE, 'ok'],
    [-MINUTE - 1, 'expired'],
    [-24 * 60 * MINUTE, 'unknown'],
  ])('%d ms after it was made, a code is %s', async (later, outcome) => {
    const { codes, clock } = await setUp();
    const { code } = await codes.issue(person(7));
    clock.now += later;
    expect(await codes.redeem(code)).toMatchObject({ outcome });
  });

  test('what expired over an hour ago is forgotten with the next change, what makes no sense is not', async () => {
    const { codes, dataDir } = await setUp([5]);
    const odd = { '000003': { chat_id: 'x', created_at: 1 }, '000004': { chat_id: 4 }, note: 'by hand' };
    await writeJson(dataDir, FILE, {
      '000001': { chat_id: 1, created_at: CREATED - 4_200 },
      '000002': { chat_id: 2, created_at: CREATED - 4_199 },
      ...odd,
      '000003': { chat_id: 'x' },
    });
    await codes.issue(person(5));
    const left = await readJson(dataDir, FILE);
    expect(Object.keys(Object(left)).sort()).toEqual(['000002', '000003', '000004', '000005', 'note']);
    expect(await codes.redeem('000003')).toEqual({ outcome: 'unknown' });
    expect(await codes.redeem('note')).toEqual({ outcome: 'unknown' });
  });
});

describe('a file shared with others', () => {
  test('a code that another program made opens its chat', async () => {
    const { codes, dataDir } = await setUp();
    await writeJson(dataDir, FILE, { '123456': { chat_id: -7, created_at: CREATED + 0.5, lang: 'de' } });
    expect(await codes.redeem('123456')).toMatchObject({ outcome: 'ok', value: { id: -7, type: 'group', name: '' } });
  });

  test('a wrong code writes nothing, and an unreadable file is never overwritten', async () => {
    const { codes, dataDir } = await setUp();
    expect(await codes.redeem('123456')).toEqual({ outcome: 'unknown' });
    expect(await readdir(dataDir)).toEqual([]);
    await codes.issue(person(7));
    await writeFile(join(dataDir, FILE), '{"123456": {');
    await expect(codes.redeem('123456')).rejects.toMatchObject({ code: 'links_unreadable' });
    await expect(codes.issue(person(7))).rejects.toMatchObject({ code: 'links_unreadable' });
    expect(await readFile(join(dataDir, FILE), 'utf8')).toBe('{"123456": {');
    expect((await codes.check())?.message).not.toContain('123456');
  });

  test('at most 10,000 are pending, and expired ones make room', async () => {
    const { codes, dataDir, clock } = await setUp([500_000, 500_001]);
    const many = (createdAt: number) =>
      Object.fromEntries(Array.from({ length: 10_000 }, (_, id) => [`c${id}`, { chat_id: id, created_at: createdAt }]));
    await writeJson(dataDir, FILE, many(CREATED));
    await expect(codes.issue(person(99_999))).rejects.toMatchObject({ code: 'too_many_codes' });
    // A chat that has one may replace it.
    expect(await codes.issue(person(17))).toMatchObject({ code: '500000' });
    clock.now += 11 * MINUTE;
    expect(await codes.issue(person(99_999))).toMatchObject({ code: '500001' });
    expect(await readJson(dataDir, FILE)).toEqual({ '500001': expect.objectContaining({ chat_id: 99_999 }) });
  });
});

test('of several processes that redeem the same code, one gets it', { timeout: 120_000 }, async () => {
  const program = await bundle(`
    import { createCodes } from './src/storage/files/codes/codes.ts';
    import { createInterface } from 'node:readline';
    const codes = createCodes({ dataDir: process.argv[2], now: () => ${START} });
    createInterface({ input: process.stdin }).on('line', async (code) => {
      const tries = await Promise.all([codes.redeem(code), codes.redeem(code)]);
      console.log(tries.map(({ outcome }) => outcome).join(' '));
    });
    console.log('ready');`);
  const { codes, dataDir } = await setUp();
  const children = Array.from({ length: 3 }, () => start(program, dataDir));
  await Promise.all(children.map((child) => child.line()));
  for (let round = 0; round < 25; round += 1) {
    const { code } = await codes.issue(person(round + 1));
    for (const child of children) child.say(code);
    const outcomes = (await Promise.all(children.map((child) => child.line()))).flatMap((line) => line.split(' '));
    expect(outcomes.sort()).toEqual(['ok', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  }
});
