/** Which groups an alert is in, and when these process its changes. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../../../core/alerts/alert.ts';
import { dueAt } from '../../../core/alerts/flush.ts';
import { type AlertGroup, groupLabelsOf } from '../../../core/alerts/group.ts';
import type { RouteDecision } from '../../../core/alerts/route-decision.ts';
import type { Rules } from '../../rules/rules.ts';
import type { Agenda } from '../agenda.ts';
import type { AlertStore, GroupEntry } from '../store/alert-store.ts';
import { subjectOf } from './inhibitions.ts';

/** An event of an alert: its source began or ended it, a person changed it, an acknowledgement or silence expired. */
export type Happening =
  | { readonly kind: 'began' | 'ended' | 'person' | 'audible' }
  | { readonly kind: 'expired'; readonly by: string };

/** Prefix of a group's name in the agenda. */
export const GROUP = 'group ';

/** Dependencies of groups. */
export interface MembershipParts {
  readonly store: AlertStore;
  readonly rules: () => Rules;
  readonly agenda: Pick<Agenda, 'plan'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createMembership */
export interface Membership {
  /** The alert with its groups by the rules in force; groups that sent it as firing stay until they send it as resolved. */
  join(alert: Alert): Alert;
  /** Schedules the groups of an alert to process it. */
  touch(alert: Alert, happening: Happening): void;
  /** Stores a group's new state, and schedules it. */
  save(group: AlertGroup, hasToldChanged?: boolean): void;
}

/** 72 random bits: unique and unguessable. */
const newId = () =>
  BigInt(`0x${randomBytes(9).toString('hex')}`)
    .toString(36)
    .slice(0, 14);

/** Destinations of the source replace the rules' default. The sender's rights apply there. */
export const isPostersRoute = (route: string): boolean => route.startsWith('to:');

function withPostersChoice({ to }: Alert, decision: RouteDecision): RouteDecision {
  if (to === undefined || decision.route !== 'defaults') return decision;
  return { ...decision, to, route: `to:${to.join(',')}` };
}

/** Creates the functions. */
export function createMembership({ store, rules, agenda, now }: MembershipParts): Membership {
  function save(group: AlertGroup, hasToldChanged = false): void {
    store.putGroup(group, hasToldChanged);
    // Its recorded messages come first; their submission schedules the group again.
    if (group.pending === undefined) agenda.plan(`${GROUP}${group.id}`, dueAt(group));
  }

  /** The next time of the route's schedule, or the end of one of its waits. */
  function lookAt({ decision, createdAt, flushedAt }: AlertGroup, kind: 'began' | 'ended'): number {
    const { schedule, groupWaitMs, groupIntervalMs } = decision;
    const at = now();
    const scheduled = schedule === undefined ? undefined : rules().nextAt(schedule, at);
    if (scheduled !== undefined) return scheduled;
    if (flushedAt === undefined) return createdAt + groupWaitMs;
    // Alerts often arrive in bursts: the first waits for the others.
    const wait = kind === 'began' ? Math.min(groupWaitMs, groupIntervalMs) : 0;
    return Math.max(flushedAt + groupIntervalMs, at + wait);
  }

  function lookBy(group: AlertGroup, at: number): void {
    if (group.flushAt === undefined || at < group.flushAt) save({ ...group, flushAt: at });
  }

  function groupFor(alert: Alert, decision: RouteDecision): GroupEntry {
    const labels = groupLabelsOf(decision, alert.labels);
    const known = store.groupFor(alert.owner, decision.route, labels);
    if (known !== undefined) {
      if (!isDeepStrictEqual(known.group.decision, decision)) save({ ...known.group, decision });
      return store.group(known.group.id) ?? known;
    }
    const made = { id: newId(), owner: alert.owner, labels, decision, createdAt: now(), version: 0, places: [] };
    return store.putGroup(made);
  }

  return {
    save,
    join(alert) {
      const { version, decide } = rules();
      const decisions = decide(subjectOf(alert)).map((decision) => withPostersChoice(alert, decision));
      const chosen = decisions.map((decision) => groupFor(alert, decision));
      for (const { members } of chosen) members.add(alert.fingerprint);
      const former = alert.groups.filter((id) => store.group(id)?.told.has(alert.fingerprint) === true);
      for (const id of alert.groups) if (!former.includes(id)) store.group(id)?.members.delete(alert.fingerprint);
      for (const { members } of chosen) members.add(alert.fingerprint);
      const groups = [...new Set([...chosen.map(({ group }) => group.id), ...former])];
      return { ...alert, groups, rules: version };
    },
    touch({ groups, fingerprint }, happening) {
      for (const id of groups) {
        const entry = store.group(id);
        if (entry === undefined || entry.group.endedAt !== undefined) continue;
        const { group, told } = entry;
        const { kind } = happening;
        const isTold = told.has(fingerprint);
        if (kind === 'expired' && isTold) save({ ...group, flushAt: now(), expired: happening.by });
        else if (isTold && (kind === 'person' || kind === 'audible')) save({ ...group, editAt: now() });
        else lookBy(group, lookAt(group, kind === 'began' ? 'began' : 'ended'));
      }
    },
  };
}
