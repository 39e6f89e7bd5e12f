import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAgenda } from '../../../src/bot/alerts/agenda.ts';

test('what is due is done at its time, the earliest time of a name counts, and one run of a name goes on at a time', async () => {
  const done: string[] = [];
  let going = 0;
  let most = 0;
  const agenda = createAgenda(Date.now, async (name) => {
    going += 1;
    most = Math.max(most, going);
    if (name === 'twice' && !done.includes('twice')) agenda.plan('twice', Date.now());
    await sleep(1);
    done.push(name);
    going -= 1;
  });
  const now = Date.now();
  agenda.plan('later', now + 3_600_000);
  agenda.plan('moved', now + 3_600_000);
  agenda.plan('moved', now - 5);
  agenda.plan('twice', now);
  agenda.plan('never', undefined);
  await agenda.idle();
  expect(done.sort()).toEqual(['moved', 'twice', 'twice']);
  for (let n = 0; n < 500; n += 1) agenda.plan(`${n}`, now);
  await agenda.idle();
  expect(done).toHaveLength(503);
  expect(most).toBeLessThanOrEqual(16);
  await agenda.stop();
  agenda.plan('after', now);
  await agenda.idle();
  expect(done).toHaveLength(503);
});
