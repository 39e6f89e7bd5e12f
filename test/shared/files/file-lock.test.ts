import { mkdir, readdir, rmdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { describe, expect, test } from 'vitest';
import { type HeldLock, withFileLock } from '../../../src/shared/files/file-lock.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

/** A third of the real times; the package refreshes no more often. */
const TIMING = { staleMs: 3_000, refreshMs: 1_000, acquireMs: 5_000 };

describe('withFileLock', () => {
  test('holds the lock while it works, and lets go, also of work that fails', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    expect(await withFileLock(path, () => readdir(folder))).toEqual(['file.lock']);
    await expect(withFileLock(path, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await readdir(folder)).toEqual([]);
  });

  test('waits for another program that holds it by the usual package', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');
    const order: string[] = [];
    const release = await lock(path);
    const waiting = withFileLock(path, async () => order.push('ours'));
    await sleep(200);
    order.push('theirs');
    await release();
    await waiting;
    expect(order).toEqual(['theirs', 'ours']);
  });

  test('keeps that package out', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');
    await withFileLock(path, () => expect(lock(path)).rejects.toMatchObject({ code: 'ELOCKED' }));
    await (await lock(path))();
  });

  test('notices that the lock was taken over, and leaves the new holder’s alone', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    const work = async (held: HeldLock) => {
      await expect(held.assertHeld()).resolves.toBeUndefined();
      await rmdir(`${path}.lock`);
      await expect(held.assertHeld()).rejects.toMatchObject({ code: 'storage' });
      await mkdir(`${path}.lock`);
      await expect(held.assertHeld()).rejects.toMatchObject({ code: 'storage' });
    };
    await withFileLock(path, work, TIMING);
    expect(await readdir(folder)).toEqual(['file.lock']);
    // Long enough for the package to find it out as well, which must not surface anywhere else.
    await sleep(1_300);
  });

  test('takes over at once what has been dead for long, a left guard included', { timeout: 30_000 }, async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    const longAgo = new Date(Date.now() - 60_000);
    for (const left of [`${path}.lock`, `${path}.lock.breaking`]) {
      await mkdir(left);
      await utimes(left, longAgo, longAgo);
    }
    const from = performance.now();
    expect(await withFileLock(path, async () => 'done')).toBe('done');
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(await readdir(folder)).toEqual([]);
  });

  test('takes over what nobody refreshes for long enough, and gives up on what is refreshed', {
    timeout: 60_000,
  }, async () => {
    const folder = await temporaryFolder();
    const tomorrow = new Date(Date.now() + 86_400_000);
    await mkdir(join(folder, 'fresh.lock'));
    await mkdir(join(folder, 'future.lock'));
    await utimes(join(folder, 'future.lock'), tomorrow, tomorrow);
    await writeFile(join(folder, 'held'), '');
    const release = await lock(join(folder, 'held'), { update: 1_000 });
    const take = (name: string) => withFileLock(join(folder, name), async () => name, TIMING);
    try {
      const [fresh, future, held] = await Promise.allSettled(['fresh', 'future', 'held'].map(take));
      expect(fresh).toMatchObject({ value: 'fresh' });
      expect(future).toMatchObject({ value: 'future' });
      const message = expect.stringContaining(join(folder, 'held.lock'));
      expect(held).toMatchObject({ status: 'rejected', reason: { code: 'storage', message } });
    } finally {
      await release();
    }
    expect(await readdir(folder)).toEqual(['held']);
  });

  test('says what is wrong with a lock that cannot be removed', { timeout: 30_000 }, async () => {
    const path = join(await temporaryFolder(), 'file');
    const longAgo = new Date(Date.now() - 60_000);
    await mkdir(`${path}.lock/inside`, { recursive: true });
    await utimes(`${path}.lock`, longAgo, longAgo);
    await expect(withFileLock(path, async () => 'never')).rejects.toMatchObject({ code: 'storage' });
  });
});
