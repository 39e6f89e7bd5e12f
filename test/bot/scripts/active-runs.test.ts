import { expect, test } from 'vitest';
import { createActiveRuns } from '../../../src/bot/scripts/active-runs.ts';
import type { RunResult } from '../../../src/shared/api/actor/protocol.ts';

test('what a script says is awaited while it runs for its person, by its name with or without the ending', async () => {
  const active = createActiveRuns(() => {});
  let resolve: (result: RunResult) => void = () => {};
  const promise = new Promise<RunResult>((done) => {
    resolve = done;
  });
  active.add({ user: 'ana', uid: 1001, script: 'revenue' }, promise);
  const ana = { user: 'ana', uid: 1001 };
  expect(active.isAwaited(ana, 'revenue.py')).toBe(true);
  expect(active.isAwaited(ana, 'other.py')).toBe(false);
  expect(active.isAwaited(ana, undefined)).toBe(false);
  expect(active.isAwaited({ user: 'ben', uid: 1002 }, 'revenue.py')).toBe(false);
  expect(active.isAwaited({ user: 'ana', uid: 1003 }, 'revenue.py')).toBe(false);
  resolve({ name: 'revenue.py', result: 'sent', seconds: 1 });
  await expect.poll(() => active.isAwaited(ana, 'revenue.py')).toBe(false);
});
