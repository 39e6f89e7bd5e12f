import { describe, expect, test } from 'vitest';
import { createHandoverNotices } from '../../../src/bot/rotations/handover-notices.ts';
import { createOverrides } from '../../../src/bot/rotations/overrides.ts';
import { createRules } from '../../../src/bot/rules/create-rules.ts';
import { readRules } from '../../../src/bot/rules/file/read-rules.ts';
import type { Submission } from '../../../src/core/notification.ts';
import { Problem } from '../../../src/core/problem.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { createRotations } from '../../../src/storage/files/people/rotations.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const TEXT = 'rotations: {primary: {people: [alice, bob, carol], handover: "0 9 * * 1", timezone: Europe/Berlin}}';
const MONDAY = Date.parse('2026-07-06T07:00:00Z');
const DAY_MS = 86_400_000;

async function openNotices({
  fails = () => undefined as Error | undefined,
  dataDir = '',
  mayChange = (): boolean => true,
} = {}) {
  const folder = dataDir || (await temporaryFolder());
  const rotations = createRotations({ dataDir: folder });
  const overrides = createOverrides(rotations);
  await overrides.load();
  const read = readRules(TEXT, 'UTC');
  if (!('model' in read)) throw new Error('wrong rules');
  const rules = createRules({ model: read.model, text: TEXT, overrides: overrides.of });
  const submitted: Submission[] = [];
  const logged: string[] = [];
  let at = MONDAY - 1;
  const look = createHandoverNotices({
    rules: () => rules,
    rotations: {
      all: rotations.all,
      async change(name, change) {
        if (!mayChange()) throw new Problem('storage', 'The disk is full.');
        return rotations.change(name, change);
      },
    },
    async submit(submission) {
      const error = fails();
      if (error !== undefined) throw error;
      submitted.push(submission);
      return { id: submission.id ?? '', status: 'queued', messageIds: [] };
    },
    accountOf: async (user) => (user === 'carol' ? undefined : { user, uid: user.length }),
    now: () => at,
    log: createLog('debug', [(line) => logged.push(line)]),
  });
  return {
    folder,
    overrides,
    rotations,
    submitted,
    logged,
    told: () => submitted.map(({ notification }) => notification.account.user),
    async lookAt(moment: number) {
      at = moment;
      await look();
    },
  };
}

describe('a notice of a handover', () => {
  test('goes to who comes on call, once', async () => {
    const { lookAt, told, submitted } = await openNotices();
    await lookAt(MONDAY - 1);
    expect(told()).toEqual([]);
    for (const moment of [MONDAY, MONDAY + 1, MONDAY + DAY_MS]) await lookAt(moment);
    expect(told()).toEqual(['alice']);
    await lookAt(MONDAY + 7 * DAY_MS);
    expect(told()).toEqual(['alice', 'bob']);
    expect(submitted[0]?.notification).toMatchObject({
      title: 'You are on call: primary',
      text: `You are on call until <t:${(MONDAY + 7 * DAY_MS) / 1000}>. Who else is, and who comes next, shows \`/oncall\`.`,
    });
  });

  test('goes to who stands in, and to who takes over again', async () => {
    const { lookAt, told, overrides } = await openNotices();
    await lookAt(MONDAY);
    const override = { person: 'bob', from: MONDAY + 10, until: MONDAY + 20, by: 'root' };
    await overrides.add('primary', override, MONDAY);
    for (const moment of [MONDAY + 9, MONDAY + 10, MONDAY + 19, MONDAY + 20, MONDAY + 21]) await lookAt(moment);
    expect(told()).toEqual(['bob', 'alice']);
  });

  test('that failed is sent at the next look with the same id, also by the next process', async () => {
    let error: Error | undefined;
    const first = await openNotices({ fails: () => error });
    await first.lookAt(MONDAY - 1);
    error = new Problem('storage', 'The disk is full.');
    await first.lookAt(MONDAY);
    const notice = (await first.rotations.all()).get('primary')?.onCall?.notice;
    expect(notice).toMatch(/^on-call-primary-/);
    error = undefined;
    const second = await openNotices({ dataDir: first.folder });
    await second.lookAt(MONDAY + 5);
    await second.lookAt(MONDAY + 6);
    expect(second.submitted.map(({ id }) => id)).toEqual([notice]);
    expect(first.told()).toEqual([]);
  });

  test.each([0, 1, 2, 3])(
    'is sent under one id, where the storage fails after %i changes and the service starts again',
    async (changes) => {
      const first = await openNotices();
      await first.lookAt(MONDAY - 1);
      let left = changes;
      const failing = await openNotices({ dataDir: first.folder, mayChange: () => left-- > 0 });
      await failing.lookAt(MONDAY);
      const again = await openNotices({ dataDir: first.folder });
      await again.lookAt(MONDAY + 1);
      await again.lookAt(MONDAY + 2);
      const ids = [...failing.submitted, ...again.submitted].map(({ id }) => id);
      expect(new Set(ids).size).toBe(1);
      expect((await again.rotations.all()).get('primary')?.onCall).toEqual({ person: 'alice', since: MONDAY });
    },
  );

  test('to somebody without a link or an account is logged, and not tried again', async () => {
    let tries = 0;
    const { lookAt, logged, told } = await openNotices({
      fails: () => {
        tries += 1;
        return new Problem('not_linked', 'alice is not linked to a Telegram chat.');
      },
    });
    await lookAt(MONDAY - 1);
    await lookAt(MONDAY);
    await lookAt(MONDAY + 1);
    expect(tries).toBe(1);
    await lookAt(MONDAY + 14 * DAY_MS);
    expect(told()).toEqual([]);
    expect(logged.join('')).toMatch(/No notice of the handover was sent: alice is not linked/);
    expect(logged.join('')).toMatch(/No notice of the handover was sent: this host has no account named carol/);
  });
});
