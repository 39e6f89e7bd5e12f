/** The spool's files, as people and other programs find them; test/storage/contract has its promises. */
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBlobs } from '../../../../src/storage/files/deliveries/blobs.ts';
import { createSpool } from '../../../../src/storage/files/deliveries/spool.ts';
import { makePipe } from '../../../support/files/make-pipe.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { batchOf, deliveryOf, PICTURE } from '../../contract/deliveries.ts';
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

test.each([
  ['a link', (path: string) => symlink('/etc/passwd', path)],
  ['a link to itself', (path: string) => symlink(path, path)],
  ['a folder', (path: string) => mkdir(path)],
  ['a pipe, which nothing ever writes to', makePipe],
])('an attachment that is now %s counts as gone', async (_, put) => {
  const { outbox, spool, put: putDelivery } = await opened();
  const made = await putDelivery(1);
  const { delivery } = made;
  const path = join(outbox, `${delivery}.0`);
  await rm(path, { force: true });
  await put(path);
  expect(await spool.openFile(delivery, 0)).toBeUndefined();
  await spool.remove(made);
  expect((await spool.waiting()).total).toBe(0);
});

/** Commits three deliveries with a file, of which the second can't be stored by itself until the obstacle is gone. */
async function obstructed() {
  const box = await opened();
  const all = batchOf(1, 3, 1);
  const obstacle = join(box.outbox, `${all[1]?.delivery}.json`);
  await mkdir(obstacle);
  const blob = await createBlobs(join(box.outbox, 'staging')).write([Buffer.from(PICTURE)]);
  const batch = await box.spool.putAll(all, [blob]);
  await expect.poll(async () => (await readdir(box.outbox)).includes(`${all[2]?.delivery}.json`)).toBe(true);
  return { ...box, all, batch, obstacle };
}

test('deliveries of one notification are one file until each has its own', async () => {
  const { outbox, all, batch, obstacle } = await obstructed();
  const name = `${all[0]?.delivery}.batch`;
  expect(await readdir(outbox)).toEqual(expect.arrayContaining([name, `${name}.0`]));
  expect((await stat(join(outbox, name))).mode & 0o777).toBe(0o660);
  await rm(obstacle, { recursive: true });
  await batch.separate;
  const files = all.flatMap(({ delivery }) => [`${delivery}.0`, `${delivery}.json`]);
  await expect.poll(async () => (await readdir(outbox)).sort()).toEqual([...files, 'staging'].sort());
  const { nlink } = await stat(join(outbox, `${all[0]?.delivery}.0`));
  expect(nlink).toBe(3);
});

test('a start that cannot separate deliveries yet hands them over together, and separates them later', async () => {
  const { dataDir, spool, all, obstacle } = await obstructed();
  await spool.close();
  const next = createSpool<TestPart>(dataDir);
  const { waiting, batches } = await next.open();
  expect([waiting, batches.map(({ deliveries }) => deliveries)]).toEqual([[], [all]]);
  await rm(obstacle, { recursive: true });
  await batches[0]?.separate;
  expect((await next.waiting()).total).toBe(3);
  await next.close();
});

test('a batch that can’t be read is put aside with its files', async () => {
  const { dataDir, outbox, spool, all, obstacle } = await obstructed();
  await spool.close();
  await rm(obstacle, { recursive: true });
  for (const { delivery } of all) await rm(join(outbox, `${delivery}.json`), { force: true });
  await writeFile(join(outbox, `${all[0]?.delivery}.batch`), '{"version":1,"first":{}}');
  const { waiting, batches, corrupt } = await createSpool<TestPart>(dataDir).open();
  expect([waiting, batches, corrupt]).toEqual([[], [], [all[0]?.delivery]]);
  expect(await readdir(join(outbox, 'corrupt'))).toContain(`${all[0]?.delivery}.batch.0`);
});
