import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isShared,
  ownsScripts,
  readOwner,
  TAKE_OVER_MS,
  thisHost,
  writeOwner,
} from '../../../../src/runner/state/cron/cron-owner.ts';
import { noteCronRun } from '../../../../src/runner/state/cron/cron-run.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const [A, B] = ['a', 'b'].map((name) => ({ id: name.repeat(32), name }));
if (A === undefined || B === undefined) throw new Error('two hosts');
const NOW = Date.parse('2026-06-30T12:00:00Z');

describe('a home that hosts share', () => {
  test('has its scripts run by the first host, until that is silent for longer than a day', async () => {
    const folder = join(await temporaryFolder(), 'state');
    expect(ownsScripts(folder, A, NOW)).toBe(true);
    noteCronRun(folder, NOW);
    expect(readOwner(folder)).toEqual(A);
    expect(ownsScripts(folder, B, NOW + 1)).toBe(false);
    expect(ownsScripts(folder, B, NOW + TAKE_OVER_MS)).toBe(false);
    expect(ownsScripts(folder, A, NOW + TAKE_OVER_MS)).toBe(true);
    expect(ownsScripts(folder, B, NOW + TAKE_OVER_MS + 1)).toBe(true);
    noteCronRun(folder, NOW + TAKE_OVER_MS + 1);
    expect(ownsScripts(folder, A, NOW + TAKE_OVER_MS + 2)).toBe(false);
    writeOwner(folder, A);
    expect(ownsScripts(folder, A, NOW + TAKE_OVER_MS + 3)).toBe(true);
  });

  test('is taken over by one of two that come at the same time, also after one of them crashed', async () => {
    const folder = await temporaryFolder();
    const claim = join(folder, 'cron-owner.claim');
    writeFileSync(claim, '');
    expect(ownsScripts(folder, B, Date.now())).toBe(false);
    const long = Date.now() / 1000 - 3600;
    utimesSync(claim, long, long);
    expect(ownsScripts(folder, B, Date.now())).toBe(false);
    expect(ownsScripts(folder, B, Date.now())).toBe(true);
    expect(existsSync(claim)).toBe(false);
  });

  test('has its scripts run where the owner cannot be read or written', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'cron-owner'), 'torn');
    expect(ownsScripts(folder, A, NOW)).toBe(true);
    const blocked = join(folder, 'file/state');
    writeFileSync(join(folder, 'file'), '');
    expect(ownsScripts(blocked, A, NOW)).toBe(true);
  });
});

test('a host is known by its machine-id, and not where that is empty', async () => {
  const path = join(await temporaryFolder(), 'machine-id');
  expect(thisHost(path)).toBeUndefined();
  writeFileSync(path, 'uninitialized\n');
  expect(thisHost(path)).toBeUndefined();
  writeFileSync(path, `${'0af3'.repeat(8)}\n`);
  expect(thisHost(path)?.id).toBe('0af3'.repeat(8));
});

test('a folder on a disk of this host is not shared unless the setting says so', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'state'));
  expect([isShared(folder, 'auto'), isShared(folder, 'yes'), isShared(join(folder, 'none'), 'auto')]).toEqual([
    false,
    true,
    false,
  ]);
});
