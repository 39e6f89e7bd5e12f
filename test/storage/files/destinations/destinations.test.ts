import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDestinations } from '../../../../src/storage/files/destinations/destinations.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const open = async () => {
  const dataDir = await temporaryFolder();
  const path = join(dataDir, 'destinations.json');
  return { path, destinations: createDestinations({ dataDir, now: () => Date.parse('2026-06-30T12:00:00Z') }) };
};

test('the file has the documented shape, and the keys of other programs stay', async () => {
  const { path, destinations } = await open();
  await writeFile(path, JSON.stringify({ ops: { chat_id: -5, owner: 'ana', owner_uid: 1001, colour: 'red' } }));
  await destinations.register({
    name: 'ops',
    chatId: -100_123,
    threadId: 7,
    owner: { user: 'ana', uid: 1001 },
    senders: ['%analysts'],
    type: 'supergroup',
    title: 'Ops',
  });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    ops: {
      chat_id: -100_123,
      thread_id: 7,
      owner: 'ana',
      owner_uid: 1001,
      senders: ['%analysts'],
      type: 'supergroup',
      title: 'Ops',
      username: null,
      linked_at: '2026-06-30T12:00:00Z',
      colour: 'red',
    },
  });
});

test('an entry that makes no sense is named, left as it is, and serves nobody', async () => {
  const { path, destinations } = await open();
  const text = JSON.stringify({
    'No Name': {},
    a: 'x',
    b: { chat_id: 'x', owner: 'ana' },
    c: { chat_id: -5 },
    d: { chat_id: -5, owner: 'ana', senders: ['a b'] },
    e: { chat_id: -5, owner: 'ana' },
  });
  await writeFile(path, text);
  expect((await destinations.all()).map(({ name }) => name)).toEqual(['e']);
  expect((await destinations.check())?.message).toMatch(
    /"No Name" is not a name such as ops or ops\/disks; a is a string, not an object; b\.chat_id is a string, not a whole number; and 2 more; these are passed over/,
  );
  await expect(destinations.register({ ...DESTINATION, name: 'c' })).rejects.toMatchObject({
    code: 'destination_taken',
  });
  expect(await readFile(path, 'utf8')).toBe(text);
});

const DESTINATION = { chatId: -5, owner: { user: 'ana', uid: 1 }, senders: [], type: 'group', title: 'x' };

test('a file that cannot be parsed is reported, and never overwritten', async () => {
  const { path, destinations } = await open();
  await writeFile(path, '{');
  const broken = expect.objectContaining({ code: 'destinations_unreadable' });
  await expect(destinations.find('ops')).rejects.toEqual(broken);
  await expect(destinations.register({ ...DESTINATION, name: 'ops' })).rejects.toEqual(broken);
  expect(await readFile(path, 'utf8')).toBe('{');
});

test('a name that is refused tells of no other name below it', async () => {
  const { destinations } = await open();
  await destinations.register({ ...DESTINATION, name: 'ops/merger', threadId: 7 });
  const other = { user: 'ben', uid: 2 };
  for (const name of ['ops', 'ops/disks']) {
    await expect(destinations.requireFree(name, other)).rejects.toMatchObject({
      code: 'destination_taken',
      message: 'name: ops and all names that begin with ops/ belong to somebody else; choose another name.',
    });
  }
});

test('a public name is of the chat that had it last', async () => {
  const { destinations } = await open();
  const holders = async () => (await destinations.withUsername('our_news')).map(({ name }) => name);
  await destinations.register({ ...DESTINATION, name: 'squat', username: 'Our_News' });
  await destinations.register({ ...DESTINATION, name: 'squat_too', username: 'Our_News' });
  await destinations.register({ ...DESTINATION, name: 'news', chatId: -6, username: 'our_news' });
  expect(await holders()).toEqual(['news']);
  await destinations.register({ ...DESTINATION, name: 'new', chatId: -7 });
  await destinations.describeChat(-7, { type: 'channel', title: 'x', username: 'our_news' });
  expect(await holders()).toEqual(['new']);
});
