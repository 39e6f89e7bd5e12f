import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDeepLinks } from '../../../../src/storage/files/codes/deep-links.ts';
import type { DeepLinks } from '../../../../src/storage/ports.ts';
import { type Clock, MINUTE, readJson, START, writeJson } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const FILE = 'link_tokens.json';

async function setUp(): Promise<{ deepLinks: DeepLinks; dataDir: string; clock: Clock }> {
  const dataDir = await temporaryFolder();
  const clock = { now: START };
  return { deepLinks: createDeepLinks({ dataDir, now: () => clock.now }), dataDir, clock };
}

describe('a token', () => {
  test('fits a start parameter, opens its account once, and cannot be read from the file', async () => {
    const { deepLinks, dataDir } = await setUp();
    const { token, expiresAt } = await deepLinks.issue('alice', 1001);
    expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(expiresAt).toBe('2026-01-30T11:40:00Z');
    const text = await readFile(join(dataDir, FILE), 'utf8');
    expect(text).not.toContain(token);
    const [key = ''] = Object.keys(Object(await readJson(dataDir, FILE)));
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await deepLinks.redeem(key)).toEqual({ outcome: 'unknown' });
    expect(await deepLinks.redeem(token)).toMatchObject({ outcome: 'ok', value: { user: 'alice', uid: 1001 } });
    expect(await deepLinks.redeem(token)).toEqual({ outcome: 'unknown' });
  });

  test('ends the earlier one of its user, and no other', async () => {
    const { deepLinks } = await setUp();
    const first = await deepLinks.issue('alice', 1001);
    const other = await deepLinks.issue('__proto__', 1002);
    const second = await deepLinks.issue('alice', 1001);
    expect(await deepLinks.redeem(first.token)).toEqual({ outcome: 'unknown' });
    const theirs = await deepLinks.redeem(other.token);
    expect(theirs).toMatchObject({ outcome: 'ok', value: { user: '__proto__', uid: 1002 } });
    expect(await deepLinks.redeem(second.token)).toMatchObject({ outcome: 'ok' });
  });

  test('expires after ten minutes, and is forgotten after an hour more', async () => {
    const { deepLinks, clock } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    clock.now += 10 * MINUTE;
    expect(await deepLinks.redeem(token)).toEqual({ outcome: 'expired' });
    clock.now += 60 * MINUTE;
    expect(await deepLinks.redeem(token)).toEqual({ outcome: 'unknown' });
  });

  test('taken by several at once is given to one', async () => {
    const { deepLinks, dataDir } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    const other = createDeepLinks({ dataDir, now: () => START });
    const tries = [deepLinks, other, deepLinks, other].map((each) => each.redeem(token));
    const outcomes = (await Promise.all(tries)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['ok', 'unknown', 'unknown', 'unknown']);
  });

  test('whose entry was damaged opens nothing', async () => {
    const { deepLinks, dataDir } = await setUp();
    const { token } = await deepLinks.issue('alice', 1001);
    const [key = ''] = Object.keys(Object(await readJson(dataDir, FILE)));
    for (const entry of [null, { user: 5 }, { user: 'root', uid: '0', created_at: START / 1000 }, { user: 'root' }]) {
      await writeJson(dataDir, FILE, { [key]: entry });
      expect(await deepLinks.redeem(token)).toEqual({ outcome: 'unknown' });
    }
  });
});
