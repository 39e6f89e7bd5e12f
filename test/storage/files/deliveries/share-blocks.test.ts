import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBlobs } from '../../../../src/storage/files/deliveries/blobs.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { canMountXfs, xfs } from '../../../support/files/xfs.ts';

const MB = 1024 * 1024;

async function setUp(disk: string) {
  const staging = join(disk, 'staging');
  await mkdir(staging);
  const path = join(disk, 'original');
  writeFileSync(path, Buffer.alloc(20 * MB, 'original '), { mode: 0o644 });
  const original = await open(path);
  onTestFinished(() => original.close());
  const free = async () => {
    const { bavail, bsize } = await statfs(disk);
    return bavail * bsize;
  };
  return { staging, path, original, free, blobs: createBlobs(staging) };
}

async function* read(path: string, most: number) {
  yield readFileSync(path).subarray(0, most);
}

test.skipIf(!canMountXfs())('a blob shares the blocks of its original (needs root and xfsprogs)', async () => {
  const { staging, path, original, free, blobs } = await setUp(xfs());
  const before = await free();
  const blob = join(staging, await blobs.write(read(path, 20 * MB), original));
  expect(before - (await free())).toBeLessThan(MB);
  expect(readFileSync(blob).equals(readFileSync(path))).toBe(true);
  expect(statSync(blob).mode & 0o777).toBe(0o600);
  // What is appended to the original meanwhile is not part of it.
  await appendFile(path, 'more');
  const cut = join(staging, await blobs.write(read(path, 20 * MB), original));
  expect(statSync(cut).size).toBe(20 * MB);
});

test('where blocks cannot be shared, its bytes are copied', async () => {
  const { staging, path, original, blobs } = await setUp(await temporaryFolder());
  const blob = join(staging, await blobs.write(read(path, 20 * MB), original));
  expect(readFileSync(blob).equals(readFileSync(path))).toBe(true);
});

test('nothing is left of one whose source fails', async () => {
  const { staging, original, blobs } = await setUp(await temporaryFolder());
  const failing = async function* () {
    yield Buffer.from('half');
    throw new Error('gone');
  };
  await expect(blobs.write(failing(), original)).rejects.toThrow('gone');
  expect(readdirSync(staging)).toEqual([]);
});
