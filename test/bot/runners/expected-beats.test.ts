import { describe, expect, test } from 'vitest';
import { createExpectedBeatWatch } from '../../../src/bot/runners/expected-beats.ts';
import type { KnownAccount } from '../../../src/core/account.ts';
import type { PostedAlert } from '../../../src/core/alerts/alert.ts';
import { Problem } from '../../../src/core/problem.ts';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ANN = { name: 'ann', uid: 1001, gid: 1001, pid: 1, trusted: false };
const BEN = { ...ANN, name: 'ben', uid: 1002 };
const START = Date.parse('2026-06-30T12:00:00Z');

/** A watch over real files, on a clock of the test's. */
async function startWatch() {
  const dataDir = await temporaryFolder();
  const bounds = { ...BOUNDS, expectedBeats: { account: 3, overall: 5 } };
  const { expectedBeats } = openStorage({ dataDir, bounds });
  const posted: { owner: KnownAccount; alert: PostedAlert; to?: readonly string[] }[] = [];
  const log = { debug() {}, info() {}, error() {}, warn() {} };
  let now = START;
  let problem: Problem | undefined;
  let closed = new Set<string>();
  const watch = createExpectedBeatWatch({
    expectedBeats,
    now: () => now,
    log,
    async route(_sender, to = []) {
      if (to.some((name) => closed.has(name))) throw new Problem('not_a_sender', 'to: you may not send there.');
      return [];
    },
    async takeAlerts(owner, alerts, { to }) {
      if (problem !== undefined) throw problem;
      posted.push(...alerts.map((alert) => ({ owner, alert, ...(to && { to }) })));
      return alerts.map(() => ({ fingerprint: '0', state: 'firing' as const }));
    },
  });
  return {
    ...watch,
    expectedBeats,
    posted,
    /** Alerts as `name firing` and `name resolved`. */
    told: () =>
      posted.map(({ alert: { labels, endsAt } }) => `${labels.beat} ${endsAt === undefined ? 'fires' : 'ends'}`),
    async pass(ms: number) {
      now += ms;
      await watch.look(START - DAY);
    },
    at: () => now,
    break: (found: Problem | undefined) => {
      problem = found;
    },
    close: (...names: readonly string[]) => {
      closed = new Set(names);
    },
  };
}

describe('a job that stays silent', () => {
  test('is an alert once, which ends with its next beat', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: DAY, graceMs: HOUR });
    await watch.pass(DAY + HOUR);
    expect(watch.told()).toEqual([]);
    await watch.pass(MINUTE);
    await watch.pass(DAY);
    expect(watch.posted).toEqual([
      {
        owner: { user: 'ann', uid: 1001 },
        alert: {
          labels: { alertname: 'MissedBeat', beat: 'backup', severity: 'high' },
          annotations: {
            summary: 'backup is overdue',
            description: 'No beat of backup has come for 1d; it is expected every 1d, at most 1h late.',
          },
          startsAt: START + DAY + HOUR,
        },
      },
    ]);
    await watch.services.expectBeat(ANN, { name: 'backup' });
    expect(watch.told()).toEqual(['backup fires', 'backup ends']);
    expect(watch.posted[1]?.alert.labels).toEqual(watch.posted[0]?.alert.labels);
    await watch.services.expectBeat(ANN, { name: 'backup' });
    expect(watch.told()).toHaveLength(2);
    await watch.pass(DAY + HOUR + MINUTE);
    expect(watch.told()).toEqual(['backup fires', 'backup ends', 'backup fires']);
  });

  test('is told later when the alert could not be stored', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: HOUR });
    watch.break(new Problem('storage', 'The disk is full.'));
    await expect(watch.pass(DAY)).rejects.toMatchObject({ code: 'storage' });
    watch.break(undefined);
    await watch.pass(MINUTE);
    expect(watch.told()).toEqual(['backup fires']);
  });

  test('keeps its alert until its end is stored', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: HOUR });
    await watch.pass(DAY);
    watch.break(new Problem('storage', 'The disk is full.'));
    await expect(watch.services.expectBeat(ANN, { name: 'backup' })).rejects.toMatchObject({ code: 'storage' });
    watch.break(undefined);
    await watch.services.expectBeat(ANN, { name: 'backup' });
    expect(watch.told()).toEqual(['backup fires', 'backup ends']);
  });

  test('is told where its owner said, as long as they may send there', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: HOUR, to: ['ops'] });
    await watch.pass(DAY);
    await watch.services.expectBeat(ANN, { name: 'backup' });
    watch.close('ops');
    await watch.pass(DAY);
    expect(watch.posted.map(({ to }) => to)).toEqual([['ops'], ['ops'], undefined]);
  });

  test('is not expected any more once it was ended', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: HOUR });
    await watch.pass(DAY);
    expect(await watch.services.endBeat(BEN, 'backup')).toBe(false);
    expect(await watch.services.endBeat(ANN, 'backup')).toBe(true);
    await watch.pass(10 * DAY);
    expect(watch.told()).toEqual(['backup fires', 'backup ends']);
    expect(await watch.services.endBeat(ANN, 'backup')).toBe(false);
    await expect(watch.services.expectBeat(ANN, { name: 'backup' })).rejects.toMatchObject({ code: 'unknown_beat' });
  });

  test('is forgotten after a year', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: HOUR });
    await watch.pass(DAY);
    await watch.pass(402 * DAY);
    expect(watch.told()).toEqual(['backup fires', 'backup ends']);
    expect(await watch.expectedBeats.all()).toEqual([]);
  });
});

describe('scripts with a header', () => {
  test('are told when none has run well, and end with their header', async () => {
    const watch = await startWatch();
    const rev = { name: 'rev.py', everyMs: DAY, succeededAt: START };
    await watch.services.noteScripts(ANN, [rev, { name: 'x.sh', everyMs: DAY }], true);
    await watch.pass(2 * DAY);
    expect(watch.told().sort()).toEqual(['rev.py fires', 'x.sh fires']);
    expect(watch.posted[0]?.alert.annotations.description).toMatch(
      / has not run well for 2d; .* every 1d, at most 1h late\.$/,
    );
    await watch.services.noteScripts(ANN, [{ ...rev, succeededAt: watch.at() }], false);
    expect(watch.told().slice(2)).toEqual(['rev.py ends']);
    await watch.services.noteScripts(ANN, [rev], true);
    expect(watch.told().slice(3)).toEqual(['x.sh ends']);
    expect((await watch.services.expectedBeats({ user: 'ann', uid: 1001 })).map(({ name }) => name)).toEqual([
      'rev.py',
    ]);
  });
});

describe('the list', () => {
  test('is bounded for an account and in all', async () => {
    const watch = await startWatch();
    const add = (caller: typeof ANN, name: string) => watch.services.expectBeat(caller, { name, everyMs: DAY });
    for (const name of ['a', 'b', 'c']) await add(ANN, name);
    await expect(add(ANN, 'd')).rejects.toMatchObject({ code: 'too_many_beats' });
    await add(ANN, 'a');
    for (const name of ['a', 'b']) await add(BEN, name);
    await expect(add(BEN, 'c')).rejects.toMatchObject({ code: 'too_many_beats' });
    expect(await watch.services.expectedBeats({ user: 'ben', uid: 1002 })).toHaveLength(2);
  });

  test('of a name shows nothing of its former owner', async () => {
    const watch = await startWatch();
    await watch.services.expectBeat(ANN, { name: 'backup', everyMs: DAY, to: ['ops'] });
    expect(await watch.services.expectedBeats({ user: 'ann', uid: 2001 })).toEqual([]);
  });
});
