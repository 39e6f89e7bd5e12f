import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRunnerWatch } from '../../../src/bot/runners/runner-watch.ts';
import type { Submission } from '../../../src/core/notification.ts';
import { Problem } from '../../../src/core/problem.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { startBot } from '../../support/bot/running-bot.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ANN = { name: 'ann', uid: 1001, gid: 1001, pid: 1, trusted: false };

/** A watch over real files, on a clock of the test's. */
async function startWatch(refuse?: Problem) {
  const { beats } = openStorage({ dataDir: await temporaryFolder() });
  const sent: Submission[] = [];
  const warned: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warned.push(message) };
  let now = Date.parse('2026-06-30T12:00:00Z');
  let problem = refuse;
  const watch = createRunnerWatch({
    beats,
    jobs: { look: async () => {} },
    now: () => now,
    host: 'srv',
    log,
    async submit(submission) {
      if (problem !== undefined) throw problem;
      sent.push(submission);
      return { id: 'x', status: 'queued', messageIds: [] };
    },
  });
  return {
    ...watch,
    beats,
    warned,
    texts: () => sent.map(({ notification }) => `${notification.severity} ${notification.title}: ${notification.text}`),
    /** Lets time pass in steps of which each is looked at. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 10 * MINUTE) {
        now += Math.min(left, 10 * MINUTE);
        await watch.look();
      }
    },
    sleep: (ms: number) => {
      now += ms;
    },
    mend: () => {
      problem = undefined;
    },
  };
}

describe('an absent runner', () => {
  test('is reported once, and its return once', async () => {
    const watch = await startWatch();
    await watch.services.beat(ANN, HOUR);
    await watch.pass(2 * HOUR);
    expect(watch.texts()).toEqual([]);
    await watch.pass(2 * HOUR);
    await watch.pass(5 * HOUR);
    expect(watch.texts()).toEqual([
      expect.stringMatching(
        /^high Your scripts do not run: cron on `srv` last ran notify-runner 3h ago\. Run there: `notify-runner doctor`$/,
      ),
    ]);
    await watch.services.beat(ANN, HOUR);
    await watch.services.beat(ANN, HOUR);
    expect(watch.texts().slice(1)).toEqual([
      'info Your scripts run again: cron on `srv` runs notify-runner again, after 9h.',
    ]);
  });

  test('is not reported after the computer slept, until it had time to come back', async () => {
    const watch = await startWatch();
    await watch.services.beat(ANN, HOUR);
    watch.sleep(10 * HOUR);
    await watch.pass(HOUR);
    expect(watch.texts()).toEqual([]);
    await watch.pass(3 * HOUR);
    expect(watch.texts()).toHaveLength(1);
  });

  test('is not reported where its owner ended the beats, or is not linked', async () => {
    const watch = await startWatch(new Problem('not_linked', 'ann is not linked.'));
    await watch.services.beat(ANN, HOUR);
    await watch.pass(5 * HOUR);
    watch.mend();
    await watch.services.endBeats(ANN);
    await watch.pass(5 * HOUR);
    expect([watch.texts(), watch.warned]).toEqual([[], []]);
    expect(await watch.beats.all()).toEqual([]);
  });

  test('is reported later where it could not be queued', async () => {
    const watch = await startWatch(new Problem('outbox_full', 'The outbox is full.'));
    await watch.services.beat(ANN, HOUR);
    await watch.pass(4 * HOUR);
    expect(watch.warned.length).toBeGreaterThan(0);
    watch.mend();
    await Promise.all([watch.look(), watch.look()]);
    expect(watch.texts()).toHaveLength(1);
  });
});

test('a whole bot takes beats, keeps them, and tells of a return', async () => {
  const { username } = userInfo();
  const bot = await startBot({ links: { [username]: 7 } });
  onTestFinished(() => bot.stop());
  expect((await bot.client.request('POST', '/beat', { expect_within: 3900 })).status).toBe(200);
  const path = join(bot.dataDir, 'beats.json');
  const beats = JSON.parse(readFileSync(path, 'utf8'));
  expect(Date.parse(beats[username].expected_by) - Date.parse(beats[username].at)).toBe(3_900_000);
  beats[username].reported_at = beats[username].at;
  writeFileSync(path, JSON.stringify(beats));
  await bot.restart();
  const next = bot.next(7);
  await bot.client.request('POST', '/beat');
  expect((await next).text).toContain('Your scripts run again');
  writeFileSync(path, '{broken');
  const refused = await bot.client.request('POST', '/beat');
  expect([refused.status, Object(refused.body).code]).toEqual([503, 'beats_unreadable']);
  const health = await bot.client.request('GET', '/health');
  expect(JSON.stringify(health.body)).toContain('beats.json cannot be read');
});
