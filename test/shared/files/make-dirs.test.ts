import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDirs, makeDirsAsync } from '../../../src/shared/files/make-dirs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-dirs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['makeDirs', async (path: string, mode?: number) => makeDirs(path, mode)],
  ['makeDirsAsync', makeDirsAsync],
])('%s', (_name, make) => {
  test('makes what is missing, with the mode, and names the topmost', async () => {
    expect(await make(join(folder, 'a/b/c'), 0o700)).toBe(join(folder, 'a'));
    for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700);
    expect(await make(join(folder, 'a/b/c'))).toBeUndefined();
    expect(await make(join(folder, 'a/b/d'))).toBe(join(folder, 'a/b/d'));
  });

  test('takes a link to a folder for a folder', async () => {
    symlinkSync(folder, join(folder, 'link'));
    expect(await make(join(folder, 'link'))).toBeUndefined();
    expect(await make(join(folder, 'link/x'))).toBe(join(folder, 'link/x'));
  });

  test('many at once make the same folder', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => make(join(folder, 'one/two'))));
    expect(made.filter((path) => path === join(folder, 'one')).length).toBe(1);
  });

  test.each([
    ['a folder where none can be made', '/proc/notify', 'ENOENT'],
    ['and one below it', '/proc/notify/logs', 'ENOENT'],
  ])('says so: %s', async (_what, path, code) => {
    await expect(make(path)).rejects.toMatchObject({ code });
  });

  test('says what stands in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
    await expect(make(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(join(folder, 'file/x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(make(join(folder, 'dangling'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
