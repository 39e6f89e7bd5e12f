/**
 * The engine of alerts: runs what is due, in order.
 *
 * Promises: a group's messages are durable before they are submitted to the queue, and are submitted again after a crash
 * under the same ids; no escalation step is submitted after an acknowledgement.
 */
import { type Alert, stateOf } from '../../core/alerts/alert.ts';
import { beginEscalation, takeSteps } from '../../core/alerts/escalating.ts';
import { isFlapping } from '../../core/alerts/flapping.ts';
import { dueAt, type Flush, type FlushFacts, flushGroup } from '../../core/alerts/flush.ts';
import type { AlertGroup } from '../../core/alerts/group.ts';
import type { Member } from '../../core/alerts/telling.ts';
import type { Route } from '../../core/destination.ts';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import { createSeldom } from '../../shared/process/seldom.ts';
import type { Rules } from '../rules/rules.ts';
import { type Agenda, createAgenda } from './agenda.ts';
import { createEndedAlerts } from './groups/ended-alerts.ts';
import type { Inhibitions } from './groups/inhibitions.ts';
import { alertDueAt, passTime } from './groups/lifecycle.ts';
import { GROUP, isPostersRoute, type Membership } from './groups/membership.ts';
import type { AlertStore, GroupEntry } from './store/alert-store.ts';
import type { ResolveAddresses, Unresolved } from './telling/addresses.ts';

/** Time until a retry, ms. */
const AGAIN_MS = 30_000;

/** Errors of thousands of alerts at once, such as a full disk, log one line in this time, ms. */
const LOG_MS = 60_000;

const ALERT = 'alert ';
const SWEEP = 'sweep ';

/** Dependencies of the engine. */
export interface EngineParts {
  readonly store: AlertStore;
  readonly rules: () => Rules;
  readonly membership: Membership;
  readonly inhibitions: Inhibitions;
  readonly resolve: ResolveAddresses;
  /** Submits a group's recorded messages to the queue. @returns whether all are submitted */
  readonly submit: (group: string) => Promise<boolean>;
  /** Deletes a group's former messages. @returns whether all are deleted */
  readonly sweep: (group: string) => Promise<boolean>;
  readonly onUnresolved: (group: AlertGroup, unresolved: readonly Unresolved[], isPosters: boolean) => void;
  readonly log: Log;
}

/** @see createEngine */
export interface Engine {
  /** Stores an alert's new state, durable with the next commit, and plans its timed changes. */
  keep(before: Alert | undefined, alert: Alert): void;
  /** Plans all tasks after a start. */
  resume(): void;
  /** Plans the deletion of a group's former messages. */
  planSweep(group: string): void;
  readonly agenda: Agenda;
}

/** Creates the engine. @param make creates its dependencies, which plan in its agenda @returns these, too */
export function createEngine<P extends EngineParts>(now: () => number, make: (agenda: Agenda) => P): Engine & P {
  const agenda = createAgenda(now, run);
  const parts = make(agenda);
  const { store, rules, membership, inhibitions, resolve, log } = parts;

  const planAlert = (alert: Alert) => agenda.plan(`${ALERT}${alert.owner.uid}/${alert.fingerprint}`, alertDueAt(alert));

  const endedAlerts = createEndedAlerts(store);
  const seldom = createSeldom(LOG_MS, now);

  function keep(before: Alert | undefined, alert: Alert): void {
    const kept = store.putAlert(alert);
    inhibitions.update(before, kept);
    planAlert(kept);
    endedAlerts.update(kept);
  }

  async function passAlert(name: string): Promise<void> {
    const [uid, fingerprint = ''] = name.split('/');
    const alert = store.alert(Number(uid), fingerprint);
    if (alert === undefined) return;
    const passing = passTime(alert, now());
    if (passing.kind === 'forget') store.removeAlert(alert);
    else if (passing.kind === 'nothing') return planAlert(alert);
    else {
      keep(alert, passing.alert);
      membership.touch(passing.alert, passing);
    }
    await store.commit();
  }

  function* membersOf({ group, members }: GroupEntry, at: number): Generator<Member> {
    for (const fingerprint of members) {
      const alert = store.alert(group.owner.uid, fingerprint);
      if (alert === undefined) continue;
      const isInhibited = () => inhibitions.isInhibited(alert);
      yield { fingerprint, state: stateOf(alert, at), isFlapping: isFlapping(alert.changes, at), isInhibited };
    }
  }

  const stepsOf = ({ decision }: AlertGroup) =>
    decision.escalation === undefined ? [] : rules().escalation(decision.escalation);

  async function routesFor(
    group: AlertGroup,
    addresses: readonly string[],
    how: { readonly asOwner: boolean; readonly now: number },
  ): Promise<readonly Route[]> {
    if (addresses.length === 0) return [];
    const { routes, unresolved } = await resolve(addresses, group.owner, how);
    if (unresolved.length > 0) parts.onUnresolved(group, unresolved, how.asOwner);
    return routes;
  }

  /** Resolves the addresses of the group's route and of its due steps. */
  async function placesFor(
    group: AlertGroup,
    at: number,
  ): Promise<Pick<FlushFacts, 'routes' | 'stepRoutes' | 'steps'>> {
    const steps = stepsOf(group);
    const escalation = group.escalation ?? beginEscalation(steps, at);
    const due = escalation === undefined ? [] : takeSteps(escalation, at).to;
    return {
      routes: await routesFor(group, group.decision.to, { asOwner: isPostersRoute(group.decision.route), now: at }),
      // Steps follow the rules even if the poster named other destinations.
      stepRoutes: await routesFor(group, due, { asOwner: false, now: at }),
      steps,
    };
  }

  function apply(entry: GroupEntry, { group, begun, over }: Flush): void {
    for (const fingerprint of begun) entry.told.add(fingerprint);
    for (const fingerprint of over) {
      entry.told.delete(fingerprint);
      entry.members.delete(fingerprint);
    }
    membership.save(group, begun.length + over.length > 0);
  }

  /** @returns whether there are messages to submit */
  async function decide(id: string): Promise<boolean> {
    const before = store.group(id)?.group;
    const at = now();
    if (before === undefined || before.endedAt !== undefined) return false;
    if ((dueAt(before) ?? Number.POSITIVE_INFINITY) > at) {
      agenda.plan(`${GROUP}${id}`, dueAt(before));
      return false;
    }
    await inhibitions.ready();
    const places = await placesFor(before, at);
    // No await until everything is decided, so the decision reads one consistent state of the alerts.
    const entry = store.group(id);
    if (entry === undefined) return false;
    const { group, told } = entry;
    const { schedule } = group.decision;
    const scheduledAt = schedule === undefined ? undefined : rules().nextAt(schedule, at);
    const flush = flushGroup({
      ...{ group, told, at, ...places, ...rules().mayTell(group.decision, at) },
      ...(scheduledAt !== undefined && { scheduledAt }),
      members: membersOf(entry, now()),
    });
    apply(entry, flush);
    await store.commit();
    return flush.group.pending !== undefined;
  }

  async function runGroup(id: string): Promise<void> {
    const isPending = store.group(id)?.group.pending !== undefined || (await decide(id));
    if (!isPending) return;
    const isDone = await parts.submit(id);
    if (!isDone) agenda.plan(`${GROUP}${id}`, now() + AGAIN_MS);
    await store.commit();
  }

  async function runSweep(id: string): Promise<void> {
    if (!(await parts.sweep(id))) agenda.plan(`${SWEEP}${id}`, now() + AGAIN_MS);
  }

  async function run(name: string): Promise<void> {
    try {
      if (name.startsWith(ALERT)) await passAlert(name.slice(ALERT.length));
      else if (name.startsWith(GROUP)) await runGroup(name.slice(GROUP.length));
      else await runSweep(name.slice(SWEEP.length));
    } catch (error) {
      seldom((others) => {
        const what = { what: name, others, err: sentenceOf(error) };
        log.warn(what, 'A task of the alert engine failed and is retried');
      });
      agenda.plan(name, now() + AGAIN_MS);
    }
  }

  return {
    ...parts,
    agenda,
    keep,
    planSweep: (id) => agenda.plan(`${SWEEP}${id}`, now()),
    resume() {
      const all = [...store.alerts()];
      for (const alert of all) planAlert(alert);
      for (const alert of all.sort((one, other) => (one.resolvedAt ?? 0) - (other.resolvedAt ?? 0)))
        endedAlerts.update(alert);
      for (const { group } of store.groups()) {
        agenda.plan(`${GROUP}${group.id}`, group.pending === undefined ? dueAt(group) : now());
        if (group.places.some(({ former }) => former.length > 0)) agenda.plan(`${SWEEP}${group.id}`, now());
      }
    },
  };
}
