import { describe, expect, test } from 'vitest';
import { createMachine, prints } from './support/machine.ts';

describe('a state folder that can hold nothing', () => {
  test.each(['/proc', '/proc/notify/state', '/dev/null/state'])(
    '%s: one sentence, status 1, an end',
    async (folder) => {
      const machine = createMachine();
      machine.write('a.sh', prints({ notify: false }));
      const environment = { NOTIFY_STATE_DIR: folder };
      const ran = await machine.runner(['run', '-v'], { environment });
      expect(ran).toMatchObject({ status: 1, out: expect.stringMatching(/^[·✗] a\.sh: [^\n]+\n$/) });
      expect(ran.err).toMatch(/^notify-runner: \S+ cannot be changed: [^\n]+ Scripts run without a lock\.\n$/);
    },
    10_000,
  );
});
