import { expect, test } from 'vitest';
import { isHost } from '../../../src/runner/policy/host-match.ts';

test.each([
  ['srv', 'srv', true],
  ['srv', 'srv.example.org', true],
  ['SRV', 'srv', true],
  ['srv.example.org', 'srv.example.org', true],
  ['srv.example.org', 'srv', false],
  ['srv', 'srv2', false],
  ['srv.example.com', 'srv.example.org', false],
])('host=%s on %s: %s', (wanted, name, expected) => {
  expect(isHost(wanted, name)).toBe(expected);
});
