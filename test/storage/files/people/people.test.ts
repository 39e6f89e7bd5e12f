import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPeople } from '../../../../src/storage/files/people/people.ts';
import { readJson, writeJson } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const FILE = 'people.json';
const ANA = { user: 'ana', uid: 1001 };

test('a value that is no text counts as not set, and fields of other programs stay', async () => {
  const dataDir = await temporaryFolder();
  await writeJson(dataDir, FILE, { ana: { theme: 'dark', quiet: 22 } });
  const people = createPeople({ dataDir });
  expect(await people.find(ANA)).toEqual({});
  await people.change(ANA, () => ({ digest: '15m' }));
  expect(await readJson(dataDir, FILE)).toMatchObject({ ana: { uid: 1001, theme: 'dark', digest: '15m' } });
});

test('while the file can’t be read nobody has settings, and none can be changed', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(join(dataDir, FILE), '{"ana": ');
  const people = createPeople({ dataDir });
  expect(await people.find(ANA)).toEqual({});
  await expect(people.change(ANA, () => ({ digest: '15m' }))).rejects.toMatchObject({ code: 'people_unreadable' });
  expect(await people.check()).toMatchObject({ code: 'people_unreadable' });
});
