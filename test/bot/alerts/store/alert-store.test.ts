import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createAlertStore } from '../../../../src/bot/alerts/store/alert-store.ts';
import type { Alert } from '../../../../src/core/alerts/alert.ts';
import { Problem } from '../../../../src/core/problem.ts';
import { createRecordLog } from '../../../../src/storage/files/records/record-log.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { makeAlert, makeGroup } from '../support/make.ts';

describe('the store', () => {
  let folder = '';
  let isFull = false;
  const open = () => {
    const guard = async () => {
      if (isFull) throw new Problem('storage', 'The disk is full.');
    };
    const records = createRecordLog({ dir: folder, guard });
    onTestFinished(() => records.close());
    return createAlertStore(records);
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    isFull = false;
  });

  test('finds after a restart what was committed', async () => {
    const store = open();
    await store.load();
    const alert = makeAlert({ groups: ['g1'], silence: { by: 'bob', until: 5 }, annotations: { do_not: 'rename_me' } });
    store.putAlert(alert);
    store.putGroup(makeGroup({ id: 'g1' })).told.add(alert.fingerprint);
    store.putGroup(makeGroup({ id: 'g1', toldAt: 77 }), true);
    await store.commit();
    const next = open();
    expect(await next.load()).toEqual({ unreadable: 0 });
    expect([...next.alerts()]).toEqual([alert]);
    expect(next.group('g1')?.group).toEqual(makeGroup({ id: 'g1', toldAt: 77 }));
    expect([...(next.group('g1')?.told ?? [])]).toEqual([alert.fingerprint]);
    expect([...(next.group('g1')?.members ?? [])]).toEqual([alert.fingerprint]);
    expect(next.groupFor(alert.owner, 'defaults', makeGroup().labels)?.group.id).toBe('g1');
  });

  test('keeps labels whose names objects have from the start', async () => {
    const names = Object.fromEntries(
      ['__proto__', 'constructor', 'prototype', 'toString'].map((name) => [name, 'x'] as const),
    );
    const store = open();
    await store.load();
    const kept = store.putAlert(makeAlert({ labels: names, annotations: names }));
    store.putGroup(makeGroup({ id: 'g1', labels: names }));
    await store.commit();
    const next = open();
    await next.load();
    for (const { labels, annotations } of [kept, ...next.alerts()]) {
      expect(Object.entries(labels)).toEqual(Object.entries(names));
      expect(Object.entries(annotations)).toEqual(Object.entries(names));
    }
    expect(next.groupFor(kept.owner, 'defaults', names)?.group.id).toBe('g1');
  });

  test('counts the text of alerts that are not over', async () => {
    const store = open();
    await store.load();
    const bare = makeAlert({ labels: { a: 'bc' }, annotations: { d: 'efg' } });
    store.putAlert(bare);
    expect([store.activeText(), store.activeText(1001), store.activeText(7)]).toEqual([7, 7, 0]);
    store.putAlert({ ...bare, annotations: { d: 'e'.repeat(100) } });
    expect(store.activeText()).toBe(104);
    store.putAlert({ ...bare, resolvedAt: 5, endsAt: 5 });
    expect(store.activeText()).toBe(0);
  });

  test('counts alerts that are not over, of an owner and of all', async () => {
    const store = open();
    await store.load();
    const put = (more: Partial<Alert>) => store.putAlert(makeAlert(more));
    put({});
    put({ fingerprint: '1'.repeat(16) });
    put({ owner: { user: 'bob', uid: 1002 } });
    expect([store.active(), store.active(1001), store.active(1002), store.active(7)]).toEqual([3, 2, 1, 0]);
    put({ resolvedAt: 5, endsAt: 5 });
    expect([store.active(), store.active(1001)]).toEqual([2, 1]);
    store.removeAlert(makeAlert());
    expect([store.active(), [...store.alerts(1001)].length]).toEqual([2, 1]);
  });

  test('keeps in memory what the disk refuses, and writes it with the next commit', async () => {
    const store = open();
    await store.load();
    isFull = true;
    store.putAlert(makeAlert());
    store.putGroup(makeGroup({ id: 'g1' })).told.add('a'.repeat(16));
    store.putGroup(makeGroup({ id: 'g1' }), true);
    await expect(store.commit()).rejects.toMatchObject({ code: 'storage' });
    isFull = false;
    store.putGroup(makeGroup({ id: 'g1', version: 3 }));
    await store.commit();
    const next = open();
    await next.load();
    expect([...next.alerts()]).toHaveLength(1);
    expect(next.group('g1')?.group.version).toBe(3);
    expect([...(next.group('g1')?.told ?? [])]).toEqual(['a'.repeat(16)]);
  });

  test('forgets a removed group with what it told, and passes over what it cannot read', async () => {
    const store = open();
    await store.load();
    store.putGroup(makeGroup({ id: 'g1' })).told.add('a'.repeat(16));
    store.putGroup(makeGroup({ id: 'g1' }), true);
    await store.commit();
    store.removeGroup('g1');
    await store.commit();
    const records = createRecordLog({ dir: folder });
    expect(await records.open()).toEqual([]);
    await records.write([{ kind: 'alert', key: '1/x', value: { labels: 5 } }]);
    await records.write([{ kind: 'alert', key: '1001/y', value: { fingerprint: 'y' } }]);
    await records.close();
    const next = open();
    expect(await next.load()).toEqual({ unreadable: 2 });
    expect([...next.alerts()]).toEqual([]);
  });

  test('writes thousands of changes in pieces and in order', async () => {
    const store = open();
    await store.load();
    for (let n = 0; n < 1200; n += 1) store.putAlert(makeAlert({ fingerprint: n.toString(16).padStart(16, '0') }));
    await store.commit();
    const next = open();
    await next.load();
    expect(next.active()).toBe(1200);
  });
});
