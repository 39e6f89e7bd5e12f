import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { syncDirectory, syncFile, writeDurably } from '../../../src/shared/files/durable.ts';
import { canMount, fullDisk } from '../../support/files/full-disk.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { bundle, start } from '../../support/programs/child.ts';

describe('writeDurably', () => {
  test('writes text and bytes, and leaves nothing beside them', async () => {
    const folder = await temporaryFolder();
    await writeDurably(join(folder, 'text'), 'grüße');
    await writeDurably(join(folder, 'bytes'), Uint8Array.of(0, 255, 10));
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('grüße');
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255, 10]);
    expect((await readdir(folder)).sort()).toEqual(['bytes', 'text']);
  });

  test('replaces a file, and sets the mode whatever the umask', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'old and longer');
    await chmod(path, 0o600);
    const umask = process.umask(0o077);
    try {
      await writeDurably(path, 'new');
      expect((await stat(path)).mode & 0o777).toBe(0o660);
      await writeDurably(path, 'new', 0o640);
      expect((await stat(path)).mode & 0o777).toBe(0o640);
    } finally {
      process.umask(umask);
    }
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('overwrites what a killed process left half-written', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(`${path}.tmp`, 'left behind, and longer than the new content');
    await writeDurably(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    await expect(stat(`${path}.tmp`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('throws the system error and keeps the old file when it cannot replace it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'taken');
    await mkdir(join(path, 'inside'), { recursive: true });
    await expect(writeDurably(path, 'new')).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readdir(path)).toEqual(['inside']);
    await expect(writeDurably(join(folder, 'absent', 'file'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.runIf(canMount())('keeps the old file whole and nothing beside it on a full disk', async () => {
    const folder = fullDisk(64);
    const path = join(folder, 'file');
    await writeDurably(path, 'o'.repeat(20_000));
    await expect(writeDurably(path, 'n'.repeat(60_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe('o'.repeat(20_000));
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('leaves the old content or the new, whole, when it is killed at any moment', { timeout: 120_000 }, async () => {
    const program = await bundle(`
      import { writeDurably } from './src/shared/files/durable.ts';
      async function main() {
        for (let round = 1; ; round += 1) {
          await writeDurably(process.argv[2], String(round).padStart(8, '0').repeat(20_000));
          console.log(round);
        }
      }
      main();`);
    const path = join(await temporaryFolder(), 'file');
    for (let kill = 0; kill < 10; kill += 1) {
      const child = start(program, path);
      const seen = Number(await child.line());
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      await child.kill();
      const confirmed = Math.max(seen, ...(await child.rest()).map(Number));
      const text = await readFile(path, 'utf8');
      const round = Number(text.slice(0, 8));
      expect(text).toBe(text.slice(0, 8).repeat(20_000));
      expect([confirmed, confirmed + 1]).toContain(round);
    }
  });
});

describe('syncDirectory and syncFile', () => {
  test('answer everybody who asks at once', async () => {
    const folder = await temporaryFolder();
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        await writeFile(join(folder, String(index)), 'content');
        await syncFile(join(folder, String(index)));
        await syncDirectory(folder);
      }),
    );
    expect(await readdir(folder)).toHaveLength(200);
  });

  test('say what went wrong to everybody, and work again afterwards', async () => {
    const folder = join(await temporaryFolder(), 'later');
    const answers = await Promise.allSettled([syncDirectory(folder), syncDirectory(folder), syncDirectory(folder)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await mkdir(folder);
    await expect(syncDirectory(folder)).resolves.toBeUndefined();
    await expect(syncFile(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
