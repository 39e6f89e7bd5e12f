/** The spool's files, as people and other programs find them; test/storage/contract has its promises. */
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBlobs } from '../../../../src/storage/files/deliveries/blobs.ts';
import { createSpool } from '../../../../src/storage/files/deliveries/spool.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { deliveryOf, PICTURE } from '../../contract/deliveries.ts';
import type { TestPart } from '../../support/place.ts';

async function opened() {
  const dataDir = await temporaryFolder();
  const spool = createSpool<TestPart>(dataDir);
  await spool.open();
  const outbox = join(dataDir, 'outbox');
  const put = async (n: number, files = 0) => {
    const blobs = createBlobs(join(outbox, 'staging'));
    const delivery = deliveryOf(n, files);
    await spool.put(delivery, await Promise.all(delivery.files.map(() => blobs.write([Buffer.from(PICTURE)]))));
    return delivery;
  };
  return { dataDir, spool, outbox, put };
}

test('a delivery is one JSON file, which its group may read, and its attachments lie beside it', async () => {
  const { outbox, put } = await opened();
  const { delivery } = await put(1, 2);
  const own = (await readdir(outbox)).filter((name) => name.startsWith(delivery));
  expect(own.sort()).toEqual([`${delivery}.0`, `${delivery}.1`, `${delivery}.json`]);
  expect((await stat(join(outbox, `${delivery}.json`))).mode & 0o777).toBe(0o660);
  expect((await stat(join(outbox, `${delivery}.0`))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(join(outbox, `${delivery}.json`), 'utf8'))).toMatchObject({ version: 1, delivery });
});

test('a start removes what belongs to no delivery, and leaves what it does not know', async () => {
  const { outbox, spool, put } = await opened();
  const { delivery } = await put(1);
  for (const name of ['00000000009-aaaaaaaa.0', `${delivery}.json.tmp`, 'staging/upload.part', 'README']) {
    await writeFile(join(outbox, name), 'x');
  }
  expect((await spool.open()).waiting).toHaveLength(1);
  expect((await readdir(outbox)).sort()).toEqual([`${delivery}.json`, 'README', 'staging'].sort());
  expect(await readdir(join(outbox, 'staging'))).toEqual([]);
});

test('a folder with the name of a delivery, and a file with the name of another one, are put aside', async () => {
  const { outbox, spool, put } = await opened();
  const { delivery } = await put(1);
  await mkdir(join(outbox, '00000000007-aaaaaaaa.json'));
  await writeFile(join(outbox, '00000000008-aaaaaaaa.json'), await readFile(join(outbox, `${delivery}.json`)));
  const { waiting, corrupt } = await spool.open();
  expect(waiting).toHaveLength(1);
  expect(corrupt).toEqual(['00000000007-aaaaaaaa', '00000000008-aaaaaaaa']);
});

test('an attachment that is a link is not followed', async () => {
  const { outbox, spool, put } = await opened();
  const { delivery } = await put(1);
  await symlink('/etc/passwd', join(outbox, `${delivery}.0`));
  await expect(spool.openFile(delivery, 0)).rejects.toMatchObject({ code: 'ELOOP' });
});
