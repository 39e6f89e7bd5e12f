import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRegistrationCodes } from '../../../../src/storage/files/codes/registration-codes.ts';
import { type Clock, MINUTE, readJson, START } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const FILE = 'destination_codes.json';
const ANA = { user: 'ana', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };
const OPS = { name: 'ops', owner: ANA, senders: ['%analysts'] };

async function setUp() {
  const dataDir = await temporaryFolder();
  const clock: Clock = { now: START };
  return { dataDir, clock, codes: createRegistrationCodes({ dataDir, now: () => clock.now }) };
}

test('a code is typed in any case, with or without its hyphen, and cannot be read from the file', async () => {
  const { codes, dataDir } = await setUp();
  const { code, expiresAt } = await codes.issue(OPS);
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(expiresAt).toBe('2026-01-30T11:40:00Z');
  const text = await readFile(join(dataDir, FILE), 'utf8');
  expect(text.toUpperCase()).not.toContain(code.replace('-', ''));
  expect(Object.values(Object(await readJson(dataDir, FILE)))).toEqual([
    { name: 'ops', owner: 'ana', owner_uid: 1001, senders: ['%analysts'], created_at: START / 1000 },
  ]);
  const typed = code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect(await codes.redeem(typed)).toMatchObject({ outcome: 'ok', value: OPS });
});

test.each(['', 'ops', 'ABCD-EFG', 'ABCD-EFGHJ', '__proto__', 'ÄBCD-EFGH'])('%j is no code', async (text) => {
  const { codes } = await setUp();
  expect(await codes.redeem(text)).toEqual({ outcome: 'unknown' });
});

test('who asks for many codes at once delays no other', async () => {
  const { codes } = await setUp();
  const made: string[] = [];
  const ask = (owner: typeof ANA) => codes.issue({ ...OPS, name: owner.user, owner }).then(() => made.push(owner.user));
  await Promise.all([...Array.from({ length: 30 }, () => ask(ANA)), ask(BEN)]);
  expect(made.indexOf('ben')).toBeLessThan(5);
});

test('a new code ends the earlier one of the same owner and name, and no other', async () => {
  const { codes } = await setUp();
  const [first, disks, bens] = [
    await codes.issue(OPS),
    await codes.issue({ ...OPS, name: 'ops/disks' }),
    await codes.issue({ name: 'ops', owner: BEN }),
  ];
  const second = await codes.issue({ name: 'ops', owner: ANA });
  expect(await codes.redeem(first.code)).toEqual({ outcome: 'unknown' });
  expect(await codes.redeem(disks.code)).toMatchObject({ outcome: 'ok', value: { name: 'ops/disks' } });
  expect(await codes.redeem(bens.code)).toMatchObject({ outcome: 'ok', value: { name: 'ops', owner: BEN } });
  expect(await codes.redeem(second.code)).toMatchObject({ value: { name: 'ops', owner: ANA } });
});

test('an account has twenty that are good, and others theirs', async () => {
  const { codes, clock } = await setUp();
  for (let n = 0; n < 20; n += 1) await codes.issue({ name: `a${n}`, owner: ANA });
  await expect(codes.issue({ name: 'b', owner: ANA })).rejects.toMatchObject({ code: 'too_many_codes' });
  await codes.issue({ name: 'a0', owner: ANA });
  await codes.issue({ name: 'b', owner: BEN });
  clock.now += 10 * MINUTE;
  await codes.issue({ name: 'b', owner: ANA });
});

test('an unreadable file is reported as one of destinations, and never overwritten', async () => {
  const { codes, dataDir } = await setUp();
  await writeFile(join(dataDir, FILE), '{');
  const broken = expect.objectContaining({ code: 'destinations_unreadable' });
  await expect(codes.issue(OPS)).rejects.toEqual(broken);
  await expect(codes.redeem('AB12-9KQ4')).rejects.toEqual(broken);
  expect(await codes.check()).toEqual(broken);
  expect(await readFile(join(dataDir, FILE), 'utf8')).toBe('{');
});
