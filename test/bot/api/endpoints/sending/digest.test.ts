import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../../../src/bot/api/endpoints/sending/digest.ts';
import type { Notification } from '../../../../../src/core/notification.ts';

const base: Notification = { account: { user: 'ann', uid: 1001 }, text: 'hello', parseMode: 'Markdown', media: [] };
const photo = { blob: '1.part', name: 'a.png', size: 3, as: 'photo' } as const;

describe('a digest', () => {
  test('stays what it was in earlier versions, since ids are kept for a day', () => {
    const canonical = '{"media":[],"parseMode":"Markdown","text":"hello","user":"ann"}';
    expect(digestOf(base, [], {})).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  test('is the same for the same content, whatever the order of keys and wherever its files are stored', () => {
    const one = { ...base, data: { a: 1, b: { c: [1, 2], d: null } }, media: [photo] };
    const other = {
      media: [{ as: 'photo', size: 3, name: 'a.png', blob: '2.part' }],
      data: { b: { d: null, c: [1, 2] }, a: 1 },
      parseMode: 'Markdown',
      text: 'hello',
      account: { uid: 1001, user: 'ann' },
    } as const;
    expect(digestOf(other, ['ff'], {})).toBe(digestOf(one, ['ff'], {}));
  });

  test.each<[string, Notification, string[]]>([
    ['the text', { ...base, text: 'hello ' }, []],
    ['the user', { ...base, account: { user: 'ben', uid: 1001 } }, []],
    ['a title', { ...base, title: 'hello' }, []],
    ['the parse mode', { ...base, parseMode: 'HTML' }, []],
    ['the severity', { ...base, severity: 'low' }, []],
    ['silence', { ...base, silent: true }, []],
    ['a button', { ...base, buttons: [{ text: 'a', url: 'https://a.example' }] }, []],
    ['data', { ...base, data: { a: 1 } }, []],
    ['the order of a list in data', { ...base, data: { a: [1, 2] } }, []],
    ['the order of a list in data, turned', { ...base, data: { a: [2, 1] } }, []],
    ['a file', { ...base, media: [photo] }, ['00']],
    ["a file's content", { ...base, media: [photo] }, ['01']],
    ["a file's name", { ...base, media: [{ ...photo, name: 'b.png' }] }, ['00']],
    ['how a file is sent', { ...base, media: [{ ...photo, as: 'document' }] }, ['00']],
  ])('differs with %s', (_what, notification, contents) => {
    const digest = digestOf(notification, contents, {});
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digest).not.toBe(digestOf(base, [], {}));
    known.push(digest);
    expect(new Set(known).size).toBe(known.length);
  });
  test('differs with the destinations and their order', () => {
    const digests = [undefined, ['ops'], ['ops', 'user:ann'], ['user:ann', 'ops']].map((to) =>
      digestOf(base, [], { to }),
    );
    expect(new Set(digests).size).toBe(4);
  });
  const known: string[] = [];
});
