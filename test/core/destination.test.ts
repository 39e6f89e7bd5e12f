import { expect, test } from 'vitest';
import { addressOf, isPlaceName, isSender } from '../../src/core/destination.ts';

test.each([
  ['user:alice', { kind: 'person', user: 'alice' }],
  ['user:anna.b@example.org', { kind: 'person', user: 'anna.b@example.org' }],
  ['ops', { kind: 'place', name: 'ops' }],
  ['ops/disks', { kind: 'place', name: 'ops/disks' }],
  ['a_b-9', { kind: 'place', name: 'a_b-9' }],
  ['@Our_News', { kind: 'public', username: 'Our_News' }],
])('%s is a destination', (text, address) => {
  expect(addressOf(text)).toEqual(address);
});

test.each([
  '',
  'user:',
  'user:a b',
  'user:a/b',
  'Ops',
  '9ops',
  'ops/',
  '/ops',
  'ops/disks/sda',
  `x${'y'.repeat(32)}`,
  'ops ',
  'öps',
  '@abc',
  '@1abc',
  '-1001234',
  '*',
  '%dba',
])('%j is none', (text) => {
  expect(addressOf(text)).toBeUndefined();
});

test('names are up to 32 characters, a topic likewise', () => {
  const longest = `x${'y'.repeat(31)}`;
  expect([isPlaceName(longest), isPlaceName(`${longest}/${longest}`), isPlaceName(`${longest}y`)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('senders are users, groups of the host, or everybody', () => {
  for (const sender of ['alice', '%analysts', '*', 'anna@example.org']) expect(isSender(sender)).toBe(true);
  for (const sender of ['', '%', '%%x', 'a b', '**', 'a,b', 'a:b']) expect(isSender(sender)).toBe(false);
});
