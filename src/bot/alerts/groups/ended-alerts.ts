/**
 * Resolved alerts that are still listed. Their number and their text are bounded, per owner and in total; beyond that
 * the one that ended first is removed.
 */
import type { Alert } from '../../../core/alerts/alert.ts';
import {
  MOST_LISTED_AFTER_END,
  MOST_LISTED_OF_ONE,
  MOST_LISTED_TEXT,
  MOST_LISTED_TEXT_OF_ONE,
  textOf,
} from '../../../core/alerts/limits.ts';
import type { AlertStore } from '../store/alert-store.ts';

/** @see createEndedAlerts */
export interface EndedAlerts {
  /** The new state of an alert. */
  update(alert: Alert): void;
}

/** Resolved alerts of one owner: the length of their text by fingerprint, in the order of their ends. */
interface Owned {
  readonly texts: Map<string, number>;
  text: number;
}

/** Creates an empty list. @param bounds.one of one owner @param bounds.all of all owners */
export function createEndedAlerts(
  store: Pick<AlertStore, 'alert' | 'removeAlert' | 'group'>,
  bounds = {
    one: { count: MOST_LISTED_OF_ONE, text: MOST_LISTED_TEXT_OF_ONE },
    all: { count: MOST_LISTED_AFTER_END, text: MOST_LISTED_TEXT },
  },
): EndedAlerts {
  const byOwner = new Map<number, Owned>();
  const all = { count: 0, text: 0 };

  function drop(uid: number, fingerprint: string): void {
    const own = byOwner.get(uid);
    const text = own?.texts.get(fingerprint);
    if (own === undefined || text === undefined) return;
    own.texts.delete(fingerprint);
    own.text -= text;
    all.count -= 1;
    all.text -= text;
    if (own.texts.size === 0) byOwner.delete(uid);
  }

  /** An alert that was sent as firing stays until it is sent as resolved. */
  function forget(uid: number, fingerprint: string): void {
    drop(uid, fingerprint);
    const alert = store.alert(uid, fingerprint);
    if (alert?.resolvedAt === undefined) return;
    const entries = alert.groups.flatMap((id) => store.group(id) ?? []);
    if (entries.some(({ told }) => told.has(fingerprint))) return;
    for (const { members } of entries) members.delete(fingerprint);
    store.removeAlert(alert);
  }

  function forgetFirst(uid: number): void {
    const [first] = byOwner.get(uid)?.texts.keys() ?? [];
    if (first !== undefined) forget(uid, first);
  }

  const isOver = (of: { readonly count: number; readonly text: number }, most: typeof of) =>
    of.count > most.count || of.text > most.text;

  const fullest = () => [...byOwner].reduce((most, one) => (one[1].text > most[1].text ? one : most))[0];

  return {
    update(alert) {
      const { fingerprint, resolvedAt } = alert;
      const { uid } = alert.owner;
      if (resolvedAt === undefined) return drop(uid, fingerprint);
      const own = byOwner.get(uid) ?? { texts: new Map<string, number>(), text: 0 };
      byOwner.set(uid, own);
      const before = own.texts.get(fingerprint);
      const text = textOf(alert);
      own.texts.set(fingerprint, text);
      own.text += text - (before ?? 0);
      all.text += text - (before ?? 0);
      if (before === undefined) all.count += 1;
      while (own.texts.size > 0 && isOver({ count: own.texts.size, text: own.text }, bounds.one)) forgetFirst(uid);
      while (all.count > 0 && isOver(all, bounds.all)) forgetFirst(fullest());
    },
  };
}
