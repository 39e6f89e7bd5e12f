/**
 * Alerts that are over and still listed. Of one owner, and of all, there is a bound of their number and of their text;
 * beyond it the one that ended first is forgotten.
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
  /** An alert has this state now. */
  update(alert: Alert): void;
}

/** Those of one owner: the length of their text by fingerprint, those that ended first in front. */
interface Owned {
  readonly texts: Map<string, number>;
  text: number;
}

/** Nothing is known yet. @param bounds.one of one owner @param bounds.all of all owners */
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

  /** One whose begin was told stays known until its end is told, too. */
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
