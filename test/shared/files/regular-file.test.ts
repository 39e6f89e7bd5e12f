import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeDurably } from '../../../src/shared/files/durable.ts';
import { readRegular, readRegularSync } from '../../../src/shared/files/regular-file.ts';
import { makePipe } from '../../support/files/make-pipe.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

/** Both forms of reading, which must agree. */
const READERS = [
  ['waiting for nothing', readRegular],
  ['at once', async (...given: Parameters<typeof readRegular>) => readRegularSync(...given)],
] as const;

describe.each(READERS)('reads %s', (_, read) => {
  test('a file, and through a link only where that is wanted', async () => {
    const folder = await temporaryFolder();
    const [path, link] = [join(folder, 'file'), join(folder, 'link')];
    await writeFile(path, 'content');
    await symlink(path, link);
    expect((await read(path)).toString()).toBe('content');
    expect((await read(link, 'follow')).toString()).toBe('content');
    await expect(read(link)).rejects.toMatchObject({ code: 'ELOOP' });
  });

  test('no pipe, no folder, no device, and says so without waiting', async () => {
    const folder = await temporaryFolder();
    makePipe(join(folder, 'pipe'));
    await mkdir(join(folder, 'folder'));
    await expect(read(join(folder, 'folder'))).rejects.toMatchObject({ code: 'EISDIR' });
    for (const path of [join(folder, 'pipe'), '/dev/null']) {
      await expect(read(path, 'follow')).rejects.toMatchObject({ code: 'EFTYPE' });
    }
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a pipe or a link in the place of the temporary file is replaced, and what the link named is left alone', async () => {
  const folder = await temporaryFolder();
  const [path, victim] = [join(folder, 'file'), join(folder, 'victim')];
  await writeFile(victim, 'theirs');
  makePipe(`${path}.tmp`);
  await writeDurably(path, 'first');
  expect(await readFile(path, 'utf8')).toBe('first');
  await symlink(victim, `${path}.tmp`);
  await writeDurably(path, 'second');
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readFile(victim, 'utf8')).toBe('theirs');
  expect((await readdir(folder)).sort()).toEqual(['file', 'victim']);
});
