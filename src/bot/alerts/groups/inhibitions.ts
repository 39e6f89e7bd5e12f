/**
 * Which alerts inhibit others. The sources are indexed by the labels that they must share with their targets, so that no
 * alert is compared with all others.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alert } from '../../../core/alerts/alert.ts';
import type { Inhibition, Rules, Subject } from '../../rules/rules.ts';
import type { AlertStore } from '../store/alert-store.ts';

/** Alerts examined in one turn of the event loop. */
const SLICE = 1000;
/** The account whose alerts inhibit those of all accounts. */
const ROOT_UID = 0;

/** An alert as rules see it. */
export const subjectOf = (alert: Alert): Subject => ({
  labels: alert.labels,
  annotations: alert.annotations,
  owner: alert.owner.user,
  source: alert.source,
  startsAt: alert.startsAt,
  status: alert.resolvedAt === undefined ? 'firing' : 'resolved',
});

/** @see createInhibitions */
export interface Inhibitions {
  /** The state of an alert has changed. */
  update(before: Alert | undefined, alert: Alert): void;
  /** Whether another firing alert inhibits this one. */
  isInhibited(alert: Alert): boolean;
  /** Resolves when the index follows the rules in force. */
  ready(): Promise<void>;
  /** The rules in force have changed. */
  rebuild(): void;
}

/** Sources of one inhibition by the labels to share. */
interface SourceIndex {
  readonly rule: Inhibition;
  /** Names of sources that are not targets: two alerts that are both do not inhibit each other. */
  readonly byShared: Map<string, Set<string>>;
}

const nameOf = ({ owner, fingerprint }: Alert) => `${owner.uid}/${fingerprint}`;
const sharedOf = (uid: number, { labels }: Alert, equal: readonly string[]) =>
  JSON.stringify([uid, ...equal.map((label) => (Object.hasOwn(labels, label) ? labels[label] : ''))]);

/** @param rules those in force */
export function createInhibitions(store: Pick<AlertStore, 'alerts'>, rules: () => Rules): Inhibitions {
  let indexes: SourceIndex[] = [];
  let building: Promise<void> = Promise.resolve();

  const isSource = (rule: Inhibition, alert: Alert) => {
    const subject = subjectOf(alert);
    return rule.isSource(subject) && !rule.isTarget(subject);
  };

  function add(alert: Alert): void {
    if (alert.resolvedAt !== undefined) return;
    for (const { rule, byShared } of indexes) {
      if (!isSource(rule, alert)) continue;
      const key = sharedOf(alert.owner.uid, alert, rule.equal);
      byShared.set(key, (byShared.get(key) ?? new Set()).add(nameOf(alert)));
    }
  }

  function remove(alert: Alert): void {
    for (const { rule, byShared } of indexes) {
      const key = sharedOf(alert.owner.uid, alert, rule.equal);
      const sources = byShared.get(key);
      sources?.delete(nameOf(alert));
      if (sources?.size === 0) byShared.delete(key);
    }
  }

  async function build(): Promise<void> {
    const made = rules().inhibits.map((rule) => ({ rule, byShared: new Map<string, Set<string>>() }));
    indexes = made;
    if (made.length === 0) return;
    let left = SLICE;
    for (const alert of store.alerts()) {
      add(alert);
      left -= 1;
      if (left > 0) continue;
      left = SLICE;
      await nextTurn();
      if (indexes !== made) return;
    }
  }

  return {
    update(before, alert) {
      if (indexes.length === 0) return;
      if (before !== undefined) remove(before);
      add(alert);
    },
    isInhibited(alert) {
      if (indexes.length === 0) return false;
      const subject = subjectOf(alert);
      return indexes.some(({ rule, byShared }) => {
        if (byShared.size === 0 || !rule.isTarget(subject)) return false;
        const has = (uid: number) => {
          const sources = byShared.get(sharedOf(uid, alert, rule.equal));
          return sources !== undefined && (sources.size > 1 || !sources.has(nameOf(alert)));
        };
        return has(alert.owner.uid) || (alert.owner.uid !== ROOT_UID && has(ROOT_UID));
      });
    },
    ready: () => building,
    rebuild() {
      building = build();
    },
  };
}
