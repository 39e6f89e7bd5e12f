import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyFile, type KeyFile } from '../../../src/web/machines/key-file.ts';
import { createMachineKeys } from '../../../src/web/machines/machine-keys.ts';
import { waitFor } from '../../support/wait-for.ts';

const DAY_MS = 86_400_000;
const NEW = { name: 'prometheus', owner: 'anna', uid: 1001, isSigned: false };

async function openKeys(folder = mkdtempSync(join(tmpdir(), 'notify-web-keys-'))) {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const problems: string[] = [];
  const clock = { now: Date.UTC(2026, 0, 31, 9) };
  const file = createKeyFile(folder, (sentence) => problems.push(sentence));
  let writes = 0;
  const counted: KeyFile = {
    read: file.read,
    write(list) {
      writes += 1;
      return file.write(list);
    },
  };
  const keys = createMachineKeys({ file: counted, now: () => clock.now });
  await keys.open();
  const path = join(folder, 'machine-keys.json');
  return { keys, folder, path, problems, clock, stored: () => readFileSync(path, 'utf8'), writes: () => writes };
}

test('a key is found by itself alone, and kept as a digest in a file of the service’s own', async () => {
  const { keys, path, stored } = await openKeys();
  const { key, secret } = await keys.add({ ...NEW, to: 'ops' });
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(secret).toBeUndefined();
  expect(keys.find(key)).toMatchObject({ name: 'prometheus', owner: 'anna', uid: 1001, to: 'ops' });
  for (const wrong of ['', key.slice(1), `${key}x`, key.toUpperCase(), 'x'.repeat(10_000)]) {
    expect(keys.find(wrong)).toBeUndefined();
  }
  expect(stored()).not.toContain(key);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('keys and the day of their last use survive a restart; each use of a day is one write', async () => {
  const { keys, folder, stored, clock, writes } = await openKeys();
  const { key } = await keys.add({ ...NEW, isSigned: true });
  expect(keys.list()[0]).not.toHaveProperty('usedOn');
  keys.use('prometheus');
  await waitFor(() => stored().includes('"usedOn": "2026-01-31"'));
  keys.use('prometheus');
  keys.use('gone');
  await keys.add({ ...NEW, name: 'second' });
  expect(writes()).toBe(3);
  clock.now += DAY_MS;
  keys.use('prometheus');
  await waitFor(() => stored().includes('"usedOn": "2026-02-01"'));
  const again = await openKeys(folder);
  expect(again.keys.find(key)).toMatchObject({ usedOn: '2026-02-01', secret: expect.stringMatching(/^[\w-]{43}$/) });
  expect(again.keys.list().map(({ name }) => name)).toEqual(['prometheus', 'second']);
});

test('a name is taken once, and free again when its key was removed, which no longer works', async () => {
  const { keys } = await openKeys();
  const [first, second] = await Promise.allSettled([keys.add(NEW), keys.add({ ...NEW, owner: 'eve' })]);
  expect(second).toMatchObject({ reason: { code: 'key_taken' } });
  if (first.status === 'rejected') throw first.reason;
  await keys.remove('prometheus');
  expect(keys.find(first.value.key)).toBeUndefined();
  await expect(keys.remove('prometheus')).rejects.toMatchObject({ code: 'unknown_key' });
  const { key } = await keys.add(NEW);
  expect(key).not.toBe(first.value.key);
});

test('a change that can’t be stored is not in force', async () => {
  const { keys, folder } = await openKeys();
  const { key } = await keys.add(NEW);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'no folder');
  await expect(keys.add({ ...NEW, name: 'second' })).rejects.toMatchObject({ code: 'storage' });
  await expect(keys.remove('prometheus')).rejects.toMatchObject({ code: 'storage' });
  keys.use('prometheus');
  expect(keys.list()).toHaveLength(1);
  expect(keys.find(key)).toBeDefined();
});

test.each([
  '{',
  '{"version":1,"keys":[{"name":"a"}]}',
  '{"version":2,"keys":[]}',
  '{"version":1,"keys":[{"name":"a","owner":"b","uid":1,"digest":"short","createdAt":0}]}',
])('a file with %s is put aside, and no key is valid', async (content) => {
  const { folder, path } = await openKeys();
  writeFileSync(path, content);
  const { keys, problems } = await openKeys(folder);
  expect(keys.list()).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('machine-keys.json was invalid and was renamed')]);
  expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe(content);
});
