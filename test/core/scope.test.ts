import { expect, test } from 'vitest';
import { inScope } from '../../src/core/scope.ts';

const ANN = { user: 'ann', uid: 1001 };

test.each([
  [ANN, ANN, true],
  ['all' as const, ANN, true],
  [ANN, { user: 'ben', uid: 1001 }, false],
  [ANN, { user: 'ann', uid: 1002 }, false],
  // What was accepted for a name without an account, and whoever gets the name later.
  [ANN, { user: 'ann', uid: undefined }, false],
  // A sysadmin who looks for what an account had that is gone.
  [{ user: 'ann', uid: undefined }, ANN, true],
  [{ user: 'ann', uid: undefined }, { user: 'ann', uid: undefined }, true],
])('what belongs to %j is shown %j: %s', (whose, owner, shown) => {
  expect(inScope(whose, owner)).toBe(shown);
});
