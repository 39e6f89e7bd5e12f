import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stage } from '../../../../src/bot/api/files/staging.ts';
import { createBlobs } from '../../../../src/storage/files/deliveries/blobs.ts';
import { isRoot } from '../support/test-users.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nb-staging-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* chunks(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function* endless(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024, 1);
  for (;;) yield chunk;
}

const options = (limit = 100) => ({ blobs: createBlobs(folder), limit, over: 'photo: too large.', field: 'photo' });

describe('a staged file', () => {
  test('holds the bytes, belongs to the service alone, and is described by size and SHA-256', async () => {
    const staged = await stage(chunks('hel', 'lo'), options());
    expect(readFileSync(join(folder, staged.blob), 'utf8')).toBe('hello');
    expect(staged.size).toBe(5);
    expect(staged.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(statSync(join(folder, staged.blob)).mode & 0o777).toBe(0o600);
    await createBlobs(folder).discard([staged.blob, staged.blob]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('may be as large as the limit and no byte larger', async () => {
    expect((await stage(chunks('x'.repeat(100)), options())).size).toBe(100);
    await expect(stage(chunks('x'.repeat(100), 'y'), options())).rejects.toMatchObject({ code: 'too_large' });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('never grows without end', async () => {
    await expect(stage(endless(), options(1_000_000))).rejects.toMatchObject({ code: 'too_large' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is removed after an empty source, or one that fails, whose own error is thrown', async () => {
    await expect(stage(chunks(), options())).rejects.toMatchObject({ code: 'bad_field' });
    const failing = async function* () {
      yield Buffer.from('half');
      throw new Error('gone');
    };
    await expect(stage(failing(), options())).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without its folder there is a problem with the storage', async () => {
    const missing = { ...options(), blobs: createBlobs(join(folder, 'none')) };
    await expect(stage(chunks('x'), missing)).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching('ENOENT'),
    });
  });

  test.skipIf(!isRoot)(
    'on a full disk there is a problem with the storage, and nothing stays (needs root)',
    async () => {
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
      try {
        const full = { ...options(10_000_000), blobs: createBlobs(disk) };
        await expect(stage(endless(), full)).rejects.toMatchObject({
          code: 'storage',
          message: expect.stringMatching('ENOSPC'),
        });
        expect(readdirSync(disk)).toEqual([]);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});
