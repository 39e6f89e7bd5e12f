/**
 * Alerts and groups: in memory for decisions, and in the record log for the next start.
 *
 * Promises: `commit` resolves when all earlier changes are durable, in order. If a write fails, the changes stay in memory
 * and are written with the next commit.
 */
import type { KnownAccount } from '../../../core/account.ts';
import type { Alert, Labels } from '../../../core/alerts/alert.ts';
import { type AlertGroup, groupKeyOf, type Recipients, recipientsOf } from '../../../core/alerts/group.ts';
import { textOf } from '../../../core/alerts/limits.ts';
import { shareNext } from '../../../shared/process/serialize.ts';
import type { RecordChange, Records } from '../../../storage/ports.ts';
import { createFormerGroups } from './former-groups.ts';
import { alertIn, groupIn, recipientsIn, recordOf, toldIn, toldRecord } from './record-fields.ts';
import { createShareStrings } from './shared-strings.ts';

/** Changes of one write: serialized in one turn of the event loop, some ten milliseconds. */
const MOST_CHANGES = 200;

/** A group with its indexes in memory. */
export interface GroupEntry {
  readonly group: AlertGroup;
  /** Its id as a list, shared by alerts that are in no other group. */
  readonly alone: readonly string[];
  /** Fingerprints of the alerts in it. */
  readonly members: Set<string>;
  /** Fingerprints of alerts that were sent as firing, and not yet as resolved. */
  readonly told: Set<string>;
}

/** @see createAlertStore */
export interface AlertStore {
  /** Reads everything. @returns how many records could not be read */
  load(): Promise<{ readonly unreadable: number }>;
  alert(uid: number, fingerprint: string): Alert | undefined;
  /** Alerts of an owner, or of all. */
  alerts(uid?: number): Iterable<Alert>;
  /** How many open alerts an owner has, or all owners have. */
  active(uid?: number): number;
  /** Characters of these. */
  activeText(uid?: number): number;
  /** Alerts of all owners with these labels, by the fingerprint of those. */
  withFingerprint(fingerprint: string): Iterable<Alert>;
  /** Stores a new state of an alert. @returns the stored alert */
  putAlert(alert: Alert): Alert;
  /** Sets a state of an alert in memory only; a restart may lose it. */
  keepInMemory(alert: Alert): Alert;
  removeAlert(alert: Pick<Alert, 'owner' | 'fingerprint'>): void;
  group(id: string): GroupEntry | undefined;
  groups(): Iterable<GroupEntry>;
  /** The group of a route and labels that has not ended. */
  groupFor(owner: KnownAccount, route: string, labels: Labels): GroupEntry | undefined;
  /** Adds a group, or stores a new state of it. @param hasToldChanged whether its list of sent alerts changed too */
  putGroup(group: AlertGroup, hasToldChanged?: boolean): GroupEntry;
  /** Forgets a group, apart from whom it has notified: that stays while an alert that was in it is listed. */
  removeGroup(id: string): void;
  /** Whom a group has notified, also one that is forgotten. */
  recipients(id: string): Recipients | undefined;
  /** Whom the forgotten groups have notified, by their ids. */
  formerRecipients(): Iterable<readonly [id: string, Recipients]>;
  /** @throws Problem `storage` */
  commit(): Promise<void>;
}

/** Creates the store, empty until `load`. */
export function createAlertStore(records: Records): AlertStore {
  const byOwner = new Map<number, Map<string, Alert>>();
  const activeOf = new Map<number, { count: number; text: number }>();
  const groups = new Map<string, GroupEntry>();
  const former = createFormerGroups();
  const byKey = new Map<string, string>();
  /** Unwritten changes, in the order of their first change. An entry is written as a whole. */
  const changed = new Map<string, () => readonly RecordChange[]>();

  const keyOf = ({ owner, decision: { route }, labels }: AlertGroup) => groupKeyOf(owner, route, labels);

  function count(alert: Alert, by: 1 | -1): void {
    if (alert.resolvedAt !== undefined) return;
    const { uid } = alert.owner;
    const known = activeOf.get(uid) ?? { count: 0, text: 0 };
    activeOf.set(uid, { count: known.count + by, text: known.text + by * textOf(alert) });
  }

  const sumOf = (uid: number | undefined, what: 'count' | 'text') =>
    uid === undefined
      ? [...activeOf.values()].reduce((sum, one) => sum + one[what], 0)
      : (activeOf.get(uid)?.[what] ?? 0);

  const share = createShareStrings();
  let lastChanges: readonly number[] = [];

  /** Most alerts are in one group, and many began at the same time. */
  function sharedLists({ groups: ids, changes }: Alert): Pick<Alert, 'groups' | 'changes'> {
    if (changes.length !== 1 || changes[0] !== lastChanges[0]) lastChanges = changes;
    const [id] = ids;
    const alone = ids.length === 1 && id !== undefined ? groups.get(id)?.alone : undefined;
    return { groups: alone ?? ids, changes: changes.length === 1 ? lastChanges : changes };
  }

  function keepAlert(alert: Alert): Alert {
    const { uid } = alert.owner;
    const own = byOwner.get(uid) ?? new Map<string, Alert>();
    const before = own.get(alert.fingerprint);
    if (before !== undefined) count(before, -1);
    const labels = before?.labels ?? share(alert.labels);
    const annotations = before?.annotations === alert.annotations ? before.annotations : share(alert.annotations);
    const made = { ...alert, labels, annotations, ...sharedLists(alert) };
    count(made, 1);
    byOwner.set(uid, own.set(alert.fingerprint, made));
    moveGroups(before?.groups ?? [], made.groups);
    return made;
  }

  function moveGroups(before: readonly string[], after: readonly string[]): void {
    for (const id of former.move(before, after)) changed.set(`former ${id}`, () => [formerChange(id)]);
  }

  function keepGroup(group: AlertGroup): GroupEntry {
    const known = groups.get(group.id);
    const { members = new Set<string>(), told = new Set<string>(), alone = [group.id] } = known ?? {};
    const entry = { group, alone, members, told };
    groups.set(group.id, entry);
    // Later alerts form a new group.
    if (group.endedAt === undefined) byKey.set(keyOf(group), group.id);
    else if (byKey.get(keyOf(group)) === group.id) byKey.delete(keyOf(group));
    return entry;
  }

  function alertChanges(uid: number, fingerprint: string): readonly RecordChange[] {
    const alert = byOwner.get(uid)?.get(fingerprint);
    return [{ kind: 'alert', key: `${uid}/${fingerprint}`, value: alert && recordOf(alert) }];
  }

  function groupChanges(id: string, hasTold: boolean): readonly RecordChange[] {
    const entry = groups.get(id);
    const group = { kind: 'group', key: id, value: entry && recordOf(entry.group) };
    const told = { kind: 'told', key: id, value: entry && toldRecord(entry.told) };
    return [...(hasTold ? [told] : []), group, ...(entry === undefined ? [formerChange(id)] : [])];
  }

  function formerChange(id: string): RecordChange {
    const recipients = former.find(id);
    return { kind: 'former', key: id, value: recipients && recordOf(recipients) };
  }

  const noteAlert = (uid: number, fingerprint: string) =>
    void changed.set(`alert ${uid}/${fingerprint}`, () => alertChanges(uid, fingerprint));

  /** After the list of sent alerts changed, it is written with the group until both are on disk. */
  const toldChanged = new Set<string>();
  function noteGroup(id: string, hasToldChanged: boolean): void {
    if (hasToldChanged) toldChanged.add(id);
    changed.set(`group ${id}`, () => groupChanges(id, toldChanged.has(id)));
  }

  async function writeSome(): Promise<void> {
    const taken: [string, () => readonly RecordChange[]][] = [];
    const changes: RecordChange[] = [];
    for (const [name, make] of changed) {
      if (changes.length >= MOST_CHANGES) break;
      taken.push([name, make]);
      changes.push(...make());
      changed.delete(name);
    }
    const told = taken.map(([name]) => name.slice('group '.length)).filter((id) => toldChanged.delete(id));
    try {
      await records.write(changes);
    } catch (error) {
      for (const id of told) toldChanged.add(id);
      for (const [name, make] of taken) if (!changed.has(name)) changed.set(name, make);
      throw error;
    }
  }

  const commit = shareNext(async () => {
    while (changed.size > 0) await writeSome();
  });

  /** A group's alerts: those that fire, and those whose end it has not processed. */
  function restoreMembers(alert: Alert): void {
    for (const id of alert.groups) {
      const entry = groups.get(id);
      if (entry === undefined) continue;
      const { group, told, members } = entry;
      const isSeen = alert.resolvedAt !== undefined && alert.resolvedAt <= (group.flushedAt ?? 0);
      if (!isSeen || told.has(alert.fingerprint)) members.add(alert.fingerprint);
    }
  }

  return {
    async load() {
      let unreadable = 0;
      const told: [string, Set<string>][] = [];
      const forgotten: [string, Recipients][] = [];
      for (const { kind, key, value } of await records.open()) {
        const alert = kind === 'alert' ? alertIn(value) : undefined;
        const group = kind === 'group' ? groupIn(value) : undefined;
        const recipients = kind === 'former' ? recipientsIn(value) : undefined;
        if (alert !== undefined) keepAlert(alert);
        else if (recipients !== undefined) forgotten.push([key, recipients]);
        else if (group !== undefined) keepGroup(group);
        else if (kind === 'told') told.push([key, toldIn(value)]);
        else unreadable += 1;
      }
      for (const [id, fingerprints] of told) for (const one of fingerprints) groups.get(id)?.told.add(one);
      for (const own of byOwner.values()) for (const alert of own.values()) restoreMembers(alert);
      for (const [id, recipients] of forgotten) former.add(id, recipients);
      return { unreadable };
    },
    alert: (uid, fingerprint) => byOwner.get(uid)?.get(fingerprint),
    *alerts(uid) {
      if (uid !== undefined) yield* byOwner.get(uid)?.values() ?? [];
      else for (const own of byOwner.values()) yield* own.values();
    },
    active: (uid) => sumOf(uid, 'count'),
    activeText: (uid) => sumOf(uid, 'text'),
    *withFingerprint(fingerprint) {
      for (const own of byOwner.values()) {
        const alert = own.get(fingerprint);
        if (alert !== undefined) yield alert;
      }
    },
    keepInMemory: keepAlert,
    putAlert(alert) {
      noteAlert(alert.owner.uid, alert.fingerprint);
      return keepAlert(alert);
    },
    removeAlert({ owner: { uid }, fingerprint }) {
      const own = byOwner.get(uid);
      const known = own?.get(fingerprint);
      if (own === undefined || known === undefined) return;
      own.delete(fingerprint);
      count(known, -1);
      moveGroups(known.groups, []);
      if (own.size === 0) byOwner.delete(uid);
      noteAlert(uid, fingerprint);
    },
    group: (id) => groups.get(id),
    groups: () => groups.values(),
    groupFor: (owner, route, labels) => groups.get(byKey.get(groupKeyOf(owner, route, labels)) ?? ''),
    putGroup(group, hasToldChanged = false) {
      const entry = keepGroup(group);
      noteGroup(group.id, hasToldChanged);
      return entry;
    },
    removeGroup(id) {
      const entry = groups.get(id);
      if (entry === undefined) return;
      groups.delete(id);
      if (byKey.get(keyOf(entry.group)) === id) byKey.delete(keyOf(entry.group));
      former.add(id, recipientsOf(entry.group));
      noteGroup(id, true);
    },
    recipients(id) {
      const group = groups.get(id)?.group;
      return group === undefined ? former.find(id) : recipientsOf(group);
    },
    formerRecipients: former.all,
    commit,
  };
}
