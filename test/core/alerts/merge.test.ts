import { describe, expect, test } from 'vitest';
import { type Alert, type PostedAlert, stateOf } from '../../../src/core/alerts/alert.ts';
import { isRepeating, mergePost, type Post } from '../../../src/core/alerts/merge.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const owner = { user: 'ann', uid: 1001 };

const post = (posted: Partial<PostedAlert> = {}, more: Partial<Post> = {}): Post => ({
  fingerprint: 'f'.repeat(16),
  owner,
  posted: { labels: { alertname: 'A' }, annotations: {}, ...posted },
  source: 'socket',
  resolveTimeoutMs: 5 * MINUTE,
  now: NOW,
  ...more,
});

const alert = (more: Partial<Alert> = {}): Alert => ({
  fingerprint: 'f'.repeat(16),
  owner,
  labels: { alertname: 'A' },
  annotations: {},
  startsAt: NOW - 10 * MINUTE,
  updatedAt: NOW - MINUTE,
  source: 'socket',
  changes: [NOW - 10 * MINUTE],
  groups: ['g1'],
  rules: '1',
  ...more,
});

describe('the first post', () => {
  test.each([
    ['fires until it is resolved', {}, {}, { effect: 'began', startsAt: NOW, endsAt: undefined }],
    [
      'of a source that repeats ends by its silence',
      {},
      { source: 'prometheus' },
      { effect: 'began', endsAt: NOW + 5 * MINUTE, isTimeout: true },
    ],
    [
      'names its times',
      { startsAt: NOW - 5, endsAt: NOW + 9 },
      {},
      { effect: 'began', startsAt: NOW - 5, endsAt: NOW + 9 },
    ],
    [
      'begins in the future and ends before that',
      { startsAt: NOW + 50, endsAt: NOW + 9 },
      {},
      { effect: 'began', startsAt: NOW + 9 },
    ],
    ['is over already', { endsAt: NOW }, {}, { effect: 'none' }],
  ])('%s', (_, posted, more, expected) => {
    const { alert: made, effect } = mergePost(undefined, post(posted, more));
    expect({ endsAt: undefined, ...made, effect }).toMatchObject(expected);
  });
});

describe('a post of an alert that fires', () => {
  test.each([
    ['keeps the earliest begin', {}, { startsAt: NOW }, {}, { effect: 'repeated', startsAt: NOW - 10 * MINUTE }],
    ['moves the begin back', {}, { startsAt: 5 }, {}, { effect: 'changed', startsAt: 5 }],
    [
      'changes what people read',
      {},
      { annotations: { summary: 'new' } },
      {},
      { effect: 'changed', annotations: { summary: 'new' } },
    ],
    ['ends it', {}, { endsAt: NOW - 1 }, {}, { effect: 'ended', endsAt: NOW - 1, resolvedAt: NOW }],
    ['ends it before it began', {}, { endsAt: 1 }, {}, { effect: 'ended', endsAt: NOW - 10 * MINUTE }],
    ['without an end takes the end away', { endsAt: NOW + 5 }, {}, {}, { effect: 'repeated', endsAt: undefined }],
    [
      'does not bring a named end forward by silence',
      { endsAt: NOW + 60 * MINUTE },
      {},
      { source: 'prometheus' },
      { endsAt: NOW + 60 * MINUTE, isTimeout: undefined },
    ],
    [
      'moves the end by silence on',
      { endsAt: NOW + MINUTE, isTimeout: true },
      {},
      { source: 'prometheus' },
      { endsAt: NOW + 5 * MINUTE, isTimeout: true },
    ],
    [
      'keeps acknowledgement, silence and groups',
      { acknowledgement: { by: 'bob', at: 1, until: NOW + 9 }, silence: { by: 'bob', until: NOW + 9 } },
      {},
      {},
      { acknowledgement: { by: 'bob' }, silence: { by: 'bob' }, groups: ['g1'] },
    ],
  ] as const)('%s', (_, old, posted, more, expected) => {
    const { alert: made, effect } = mergePost(alert(old), post(posted, more));
    expect({ endsAt: undefined, isTimeout: undefined, ...made, effect }).toMatchObject(expected);
  });

  test('drops the acknowledgement with its end', () => {
    const old = alert({ acknowledgement: { by: 'bob', at: 1, until: NOW + 9 } });
    expect(mergePost(old, post({ endsAt: NOW })).alert?.acknowledgement).toBeUndefined();
  });
});

describe('a post of an alert that is over', () => {
  const over = alert({
    endsAt: NOW - MINUTE,
    resolvedAt: NOW - MINUTE,
    silence: { by: 'bob', until: NOW + 9 },
    comments: [{ by: 'bob', at: 1, text: 'x' }],
  });
  test('begins it anew, with its silence and without what was said', () => {
    const { alert: made, effect } = mergePost(over, post({ startsAt: 5 }));
    expect(effect).toBe('began');
    expect(made).toMatchObject({ startsAt: NOW - MINUTE, silence: { by: 'bob' } });
    expect([made?.resolvedAt, made?.endsAt, made?.comments]).toEqual([undefined, undefined, undefined]);
    expect(made && stateOf(made, NOW)).toBe('silenced');
    expect(made && stateOf(made, NOW + 9)).toBe('firing');
  });
  test('says again that it is over', () => {
    expect(mergePost(over, post({ endsAt: NOW - 3 }))).toEqual({ alert: over, effect: 'repeated' });
  });
});

test('only what repeats its alerts ends them by silence', () => {
  expect(['prometheus', 'alertmanager', 'socket', 'grafana', 'script'].filter(isRepeating)).toEqual(['prometheus']);
});

test('the end of an alert keeps its annotations where the post has none', () => {
  const known = alert({ annotations: { title: 'Disk full' } });
  const isOver = { endsAt: NOW };
  expect(mergePost(known, post(isOver)).alert?.annotations).toEqual({ title: 'Disk full' });
  const last = { ...isOver, annotations: { title: 'Has room again' } };
  expect(mergePost(known, post(last)).alert?.annotations).toEqual({ title: 'Has room again' });
  expect(mergePost(known, post()).alert?.annotations).toEqual({});
});
