import { expect, onTestFinished, test } from 'vitest';
import { createEarlierRuns } from '../../../src/bot/scripts/earlier-runs.ts';
import { Problem } from '../../../src/core/problem.ts';
import type { UnitRun } from '../../../src/shared/api/actor/protocol.ts';
import { createConcurrencyLimit } from '../../../src/shared/fairness/concurrency-limit.ts';
import { waitFor } from '../../support/wait-for.ts';

const run = (uid: number, name: string): UnitRun => ({ uid, unit: `notify-run-${uid}-${name}.service` });

/** Looks at `systemd`, which a test changes; a Problem stands for no answer. */
function setUp(systemd: { runs: readonly UnitRun[] | Problem }) {
  const places = createConcurrencyLimit({ perParty: 2, overall: 4 });
  const stop = new AbortController();
  onTestFinished(() => stop.abort(new Error('stopping')));
  let looks = 0;
  const earlier = createEarlierRuns({
    actor: {
      async runs() {
        looks += 1;
        if (systemd.runs instanceof Problem) throw systemd.runs;
        return systemd.runs;
      },
    },
    places,
    userOf: async (uid) => (uid === 1001 ? 'ann' : undefined),
    lookEveryMs: 5,
    stopping: stop.signal,
  });
  return { places, earlier, watch: earlier.watch, stop, looks: () => looks };
}

test('they hold their owner’s places until systemd says that they have ended', async () => {
  const systemd = { runs: [run(1001, 'a'), run(1001, 'b'), run(1002, 'c')] };
  const { places, watch, looks } = setUp(systemd);
  const over = watch();
  await waitFor(() => looks() > 1);
  expect(places.take('ann')).toEqual({ full: 'party' });
  expect(places.take('ben')).toHaveProperty('free');
  expect(places.take('ben')).toEqual({ full: 'all' });
  systemd.runs = [run(1002, 'c'), run(1001, 'new')];
  await waitFor(() => 'free' in places.take('ann'));
  // What began later is counted where it began.
  systemd.runs = [run(1001, 'new')];
  await over;
});

test('an actor that does not answer at first is asked again, one that stays away frees nothing', async () => {
  const away = new Problem('no_answer', 'It is away.');
  const systemd: { runs: readonly UnitRun[] | Problem } = { runs: away };
  const { places, watch, looks } = setUp(systemd);
  const over = watch();
  await waitFor(() => looks() > 2);
  systemd.runs = [run(1001, 'a'), run(1001, 'b')];
  await waitFor(() => 'full' in places.take('ann'));
  systemd.runs = away;
  const before = looks();
  await waitFor(() => looks() > before + 2);
  expect(places.take('ann')).toEqual({ full: 'party' });
  systemd.runs = [];
  await over;
});

test('a server without an actor is asked once, and a stop ends the wait', async () => {
  const { watch, looks } = setUp({ runs: new Problem('not_set_up', 'There is none.') });
  await watch();
  expect(looks()).toBe(1);
  const { watch: other, stop, looks: looked } = setUp({ runs: [run(1001, 'a')] });
  const ended = other();
  await waitFor(() => looked() > 1);
  stop.abort(new Error('stopping'));
  await expect(ended).rejects.toThrow();
});

test('who waits for the end of one learns of it, at once where somebody looks again', async () => {
  const [a, b] = [run(1001, 'a'), run(1001, 'b')];
  const systemd = { runs: [a, b] };
  const { earlier } = setUp(systemd);
  const over = earlier.watch();
  expect([await earlier.has(a.unit), await earlier.has(run(1001, 'c').unit)]).toEqual([true, false]);
  const ended = earlier.ended(a.unit);
  systemd.runs = [b];
  earlier.look();
  await ended;
  expect(await earlier.has(a.unit)).toBe(false);
  systemd.runs = [];
  await over;
});
