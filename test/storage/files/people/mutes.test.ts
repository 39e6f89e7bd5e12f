import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMutes } from '../../../../src/storage/files/people/mutes.ts';
import type { Mutes } from '../../../../src/storage/ports.ts';
import { type Clock, MINUTE, readJson, START, writeJson } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const FILE = 'mutes.json';
const HOUR = 60 * MINUTE;
/** As an earlier release had them, which remembered no uid. */
const named = (user: string) => ({ user, uid: undefined });

async function setUp(): Promise<{ mutes: Mutes; dataDir: string; clock: Clock }> {
  const dataDir = await temporaryFolder();
  const clock = { now: START };
  return { mutes: createMutes({ dataDir, now: () => clock.now }), dataDir, clock };
}

describe('muting', () => {
  test('everything holds for every source, until its time', async () => {
    const { mutes, clock } = await setUp();
    expect(await mutes.isMuted(named('alice'), 'revenue.py')).toBe(false);
    await mutes.mute(named('alice'), START + HOUR);
    expect(await mutes.isMuted(named('alice'), undefined)).toEqual({ until: START + HOUR });
    expect(await mutes.isMuted(named('alice'), 'revenue.py')).toEqual({ until: START + HOUR });
    expect(await mutes.isMuted(named('bob'), undefined)).toBe(false);
    clock.now += HOUR;
    expect(await mutes.isMuted(named('alice'), undefined)).toBe(false);
    expect(await mutes.list(named('alice'))).toEqual({ scripts: [] });
  });

  test.each([
    ['revenue', 'revenue', true],
    ['revenue', 'revenue.py', true],
    ['revenue.py', 'revenue', true],
    ['revenue.py', 'revenue.py', true],
    ['revenue.py', 'revenue.sh', false],
    ['revenue', 'revenue_drop.py', false],
    ['revenue', 'Revenue', false],
    ['__proto__', '__proto__.py', true],
    ['revenue', undefined, false],
  ])('%j holds for %j: %j', async (script, source, isMuted) => {
    const { mutes } = await setUp();
    await mutes.mute(named('alice'), START + HOUR, script);
    expect(await mutes.isMuted(named('alice'), source)).toEqual(isMuted ? { until: START + HOUR } : false);
  });

  test('again sets another time, and the longest that applies counts', async () => {
    const { mutes } = await setUp();
    await mutes.mute(named('alice'), START + HOUR, 'a.py');
    await mutes.mute(named('alice'), START + 3 * HOUR, 'a');
    await mutes.mute(named('alice'), START + 2 * HOUR);
    expect(await mutes.list(named('alice'))).toEqual({
      all: START + 2 * HOUR,
      scripts: [{ name: 'a', until: START + 3 * HOUR }],
    });
    expect(await mutes.isMuted(named('alice'), 'a.py')).toEqual({ until: START + 3 * HOUR });
    expect(await mutes.isMuted(named('alice'), 'b.py')).toEqual({ until: START + 2 * HOUR });
    await mutes.mute(named('alice'), START + MINUTE);
    expect(await mutes.isMuted(named('alice'), 'b.py')).toEqual({ until: START + MINUTE });
  });
});

describe('unmuting', () => {
  test('one script leaves the others, and without one lifts all', async () => {
    const { mutes, dataDir } = await setUp();
    for (const script of ['a.py', 'b.py', undefined]) await mutes.mute(named('alice'), START + HOUR, script);
    await mutes.mute(named('bob'), START + HOUR);
    expect(await mutes.unmute(named('alice'), 'a')).toBe(true);
    expect(await mutes.unmute(named('alice'), 'a')).toBe(false);
    expect(await mutes.list(named('alice'))).toEqual({
      all: START + HOUR,
      scripts: [{ name: 'b.py', until: START + HOUR }],
    });
    expect(await mutes.unmute(named('alice'))).toBe(true);
    expect(await mutes.unmute(named('alice'))).toBe(false);
    expect(await mutes.list(named('alice'))).toEqual({ scripts: [] });
    expect(await readJson(dataDir, FILE)).toEqual({ bob: { all: '2026-01-30T12:30:00.000Z' } });
  });

  test('what was never muted says so and writes nothing', async () => {
    const { mutes, dataDir } = await setUp();
    expect(await mutes.unmute(named('constructor'))).toBe(false);
    expect(await mutes.unmute(named('__proto__'), 'a')).toBe(false);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('the file', () => {
  test('has the documented shape, loses what has ended, and keeps what it does not know', async () => {
    const { mutes, dataDir } = await setUp();
    const odd = { carol: 'x', dave: { all: 5, scripts: [1] }, _note: { by: 'hand' } };
    await writeJson(dataDir, FILE, {
      ...odd,
      alice: { all: '2026-01-30T11:30:00Z', scripts: { a: '2026-01-30T11:29:00Z', b: 'soon' }, why: 'holiday' },
      bob: { all: '2026-01-30T11:00:00Z' },
    });
    expect(await mutes.isMuted(named('dave'), 'a')).toBe(false);
    await mutes.mute(named('__proto__'), START + HOUR, '__proto__');
    const text = JSON.stringify(await readJson(dataDir, FILE));
    const expected = '{"carol":"x","dave":{"all":5,"scripts":[1]},"_note":{"by":"hand"},';
    expect(text).toBe(
      `${expected}"alice":{"why":"holiday","scripts":{"b":"soon"}},"__proto__":{"scripts":{"__proto__":"2026-01-30T12:30:00.000Z"}}}`,
    );
  });

  test('when it cannot be read, nothing counts as muted and nothing is overwritten', async () => {
    const { mutes, dataDir } = await setUp();
    await writeFile(join(dataDir, FILE), 'not json');
    expect(await mutes.isMuted(named('alice'), 'a')).toBe(false);
    expect(await mutes.check()).toMatchObject({ code: 'mutes_unreadable' });
    await expect(mutes.mute(named('alice'), START + HOUR)).rejects.toMatchObject({ code: 'mutes_unreadable' });
    await expect(mutes.list(named('alice'))).rejects.toMatchObject({ code: 'mutes_unreadable' });
  });
});
