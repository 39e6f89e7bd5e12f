import { beforeEach, describe, expect, test } from 'vitest';
import { createEndedAlerts, type EndedAlerts } from '../../../../src/bot/alerts/groups/ended-alerts.ts';
import { type AlertStore, createAlertStore } from '../../../../src/bot/alerts/store/alert-store.ts';
import type { Alert } from '../../../../src/core/alerts/alert.ts';
import { createRecordLog } from '../../../../src/storage/files/records/record-log.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { makeAlert, makeGroup } from '../support/make.ts';

describe('alerts that are over', () => {
  let store: AlertStore;
  let ended: EndedAlerts;
  let put: (number: number, more?: Partial<Alert>) => Alert;
  const left = () => [...store.alerts()].map(({ fingerprint }) => Number(fingerprint));

  beforeEach(async () => {
    store = createAlertStore(createRecordLog({ dir: await temporaryFolder() }));
    await store.load();
    const bounds = { one: { count: 3, text: 1000 }, all: { count: 4, text: 1500 } };
    ended = createEndedAlerts(store, bounds);
    put = (number, more = {}) => {
      const over = { resolvedAt: number, endsAt: number, fingerprint: String(number).padStart(16, '0') };
      const alert = store.putAlert(makeAlert({ ...over, ...more }));
      ended.update(alert);
      return alert;
    };
  });

  test('of one owner are so many, and the one that ended first is forgotten', () => {
    for (const number of [1, 2, 3, 4]) put(number);
    expect(left()).toEqual([2, 3, 4]);
  });

  test('that somebody changes once more count as before', () => {
    for (const number of [1, 2]) put(number);
    put(1, { comments: [{ by: 'bob', at: 9, text: 'once more' }], silence: { by: 'bob', until: 1e15 } });
    for (const number of [3, 4]) put(number);
    expect(left()).toEqual([2, 3, 4]);
  });

  test('have a bound of their text', () => {
    const annotations = { text: 'x'.repeat(600) };
    put(1, { annotations });
    put(2, { annotations });
    expect(left()).toEqual([2]);
  });

  test('of all owners are so many, and the owner with the most text loses one', () => {
    const bob = { owner: { user: 'bob', uid: 1002 } };
    put(1, { ...bob, annotations: {} });
    put(2, { ...bob, annotations: {} });
    put(3, { annotations: { text: 'x'.repeat(300) } });
    put(4);
    put(5, { ...bob, annotations: {} });
    expect(left()).toEqual([1, 2, 5, 4]);
  });

  test('do not count while they fire again', () => {
    for (const number of [1, 2, 3]) put(number);
    const { resolvedAt: _, endsAt: __, ...firing } = put(1);
    ended.update(store.putAlert(firing));
    put(4);
    expect(left()).toEqual([1, 2, 3, 4]);
    expect(store.active()).toBe(1);
  });

  test('stay where their end is still to be told, and leave the groups that told nothing of them', () => {
    const told = store.putGroup(makeGroup({ id: 'g1' }));
    const untold = store.putGroup(makeGroup({ id: 'g2' }));
    const first = put(1, { groups: ['g1'] });
    told.told.add(first.fingerprint);
    untold.members.add(put(2, { groups: ['g2'] }).fingerprint);
    for (const number of [3, 4, 5]) put(number);
    expect(left()).toEqual([1, 3, 4, 5]);
    expect([...untold.members]).toEqual([]);
  });
});
