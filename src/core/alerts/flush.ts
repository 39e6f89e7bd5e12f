/** Flushes a group whose timer is due: what it sends, to which places, and when it is flushed next. */
import { type Destination, type Route, samePlace } from '../destination.ts';
import { beginEscalation, nextStepAt, takeSteps } from './escalating.ts';
import { CALM_MS } from './flapping.ts';
import { type AlertGroup, type GroupPlace, isTold, type PendingMessage } from './group.ts';
import type { EscalationStep } from './route-decision.ts';
import { type Decision, decideTelling, type Member } from './telling.ts';

/** Resolved alerts that a message names. */
const MOST_OVER_NAMED = 20;
/** The shortest time until a retry if all addresses of a group are unresolvable, ms. */
const UNREACHABLE_WAIT_MS = 60_000;

/** Input of a flush. Times are ms since 1970. */
export interface FlushFacts {
  readonly group: AlertGroup;
  readonly members: Iterable<Member>;
  readonly told: ReadonlySet<string>;
  readonly at: number;
  /** The present places of the route. */
  readonly routes: readonly Route[];
  /** The places of the escalation steps that are due at `at`, including those of an escalation that would begin now. */
  readonly stepRoutes: readonly Route[];
  /** The steps of the route's escalation. */
  readonly steps: readonly EscalationStep[];
  /** Whether the route may send new alerts, and when that changes. */
  readonly isOpen: boolean;
  readonly changesAt?: number;
  /** The next time of the route's schedule, if it has one. */
  readonly scheduledAt?: number;
}

/** @see flushGroup */
export interface Flush {
  readonly group: AlertGroup;
  /** Fingerprints of alerts that count as sent from now on. */
  readonly begun: readonly string[];
  /** Fingerprints of alerts that leave the group. */
  readonly over: readonly string[];
  /** There is something to send, but no place to send it to. */
  readonly isUnreachable: boolean;
}

/** When a group is due; `undefined` for one that has ended. */
export function dueAt({ flushAt, editAt, escalation, endedAt }: AlertGroup): number | undefined {
  if (endedAt !== undefined) return undefined;
  const moments = [flushAt, editAt, escalation && nextStepAt(escalation)];
  const known = moments.flatMap((at) => at ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Why a group is flushed. */
export function occasionOf({ flushAt, editAt }: AlertGroup, at: number): 'timer' | 'change' | 'step' {
  if (flushAt !== undefined && flushAt <= at) return 'timer';
  return editAt !== undefined && editAt <= at ? 'change' : 'step';
}

const placeFor = ({ destination, person }: Route): GroupPlace => ({
  ...destination,
  ...(person !== undefined && { person }),
  ...{ state: 'untold', messages: [], former: [] },
});

/** The places of a group with those that routes add. @returns also the index of each route's */
function withRoutes(places: readonly GroupPlace[], routes: readonly Route[]) {
  const all = [...places];
  const indexOf = (destination: Destination) => all.findIndex((place) => samePlace(place, destination));
  const indexes = routes.map((route) => {
    const known = indexOf(route.destination);
    return known >= 0 ? known : all.push(placeFor(route)) - 1;
  });
  return { places: all, indexes };
}

/** Which message each place gets. */
function messagesOf(
  places: readonly GroupPlace[],
  { telling, begun, isUrgent, isTransient }: Decision,
  addressed: readonly number[],
  stepped: readonly number[],
): readonly PendingMessage[] {
  const found = new Map<number, PendingMessage>();
  const isNobodyTold = places.every(({ state }) => state === 'untold');
  const isForAll = isUrgent || begun.length > 0 || (isTransient && isNobodyTold);
  for (const [place, { state }] of places.entries()) {
    const isNew = telling === 'new' && addressed.includes(place);
    // A place without a message receives firing alerts, but no resolved ones.
    if (state === 'untold' ? isNew && isForAll : telling !== 'none') {
      found.set(place, { place, telling: isNew ? 'new' : 'edit' });
    }
  }
  for (const place of stepped) if (found.get(place)?.telling !== 'new') found.set(place, { place, telling: 'step' });
  return [...found.values()];
}

const told = (place: GroupPlace): GroupPlace => (place.state === 'untold' ? { ...place, state: 'waiting' } : place);

/** When to flush next, apart from steps. */
function nextFlush(facts: FlushFacts, decision: Decision, toldAt: number | undefined, isTimer: boolean) {
  const { group, at, changesAt, scheduledAt } = facts;
  const { repeatIntervalMs, groupIntervalMs } = group.decision;
  if (!decision.isAlive) return undefined;
  if (scheduledAt !== undefined) return scheduledAt;
  const moments = [at + CALM_MS];
  if (decision.isUrgent && repeatIntervalMs > 0 && toldAt !== undefined) moments.push(toldAt + repeatIntervalMs);
  if (decision.withheld.inhibited) moments.push(at + groupIntervalMs);
  if (decision.withheld.closed && changesAt !== undefined) moments.push(changesAt);
  if (!isTimer && group.flushAt !== undefined) moments.push(group.flushAt);
  return Math.max(at + 1, Math.min(...moments));
}

function without<K extends keyof AlertGroup>(group: AlertGroup, ...names: readonly K[]): Omit<AlertGroup, K> {
  const rest: Partial<AlertGroup> = { ...group };
  for (const name of names) delete rest[name];
  return rest as Omit<AlertGroup, K>;
}

/** Without any place to send to, the group keeps its changes and retries. */
function postponed({ group, at }: FlushFacts): Flush {
  const flushAt = at + Math.max(UNREACHABLE_WAIT_MS, group.decision.groupIntervalMs);
  return { group: { ...without(group, 'editAt'), flushAt }, begun: [], over: [], isUnreachable: true };
}

/** Decides everything synchronously, from one consistent state of the alerts. */
export function flushGroup(facts: FlushFacts): Flush {
  const { group, at, isOpen, steps } = facts;
  const occasion = occasionOf(group, at);
  const decision = decideTelling({
    ...{ decision: group.decision, members: facts.members, told: facts.told, occasion, isOpen, now: at },
    ...{ isTold: isTold(group), toldAt: group.toldAt, isExpired: group.expired !== undefined },
  });
  const { telling, begun, over, overTold, isRepeat, isUrgent } = decision;
  const stepRoutes = isUrgent ? facts.stepRoutes : [];
  if (telling === 'new' && facts.routes.length + stepRoutes.length === 0) return postponed(facts);

  const first = withRoutes(group.places, facts.routes);
  const second = withRoutes(first.places, stepRoutes);
  const messages = messagesOf(second.places, decision, first.indexes, second.indexes);
  const isMessaged = new Set(messages.map(({ place }) => place));
  const escalation = isUrgent ? (group.escalation ?? beginEscalation(steps, at)) : undefined;
  const toldAt = begun.length > 0 || isRepeat || (isUrgent && telling === 'new') ? at : group.toldAt;
  const flushAt = nextFlush(facts, decision, toldAt, occasion === 'timer');
  const isSaid = messages.length > 0;
  return {
    group: {
      ...without(group, 'flushAt', 'editAt', 'escalation', 'expired', 'pending', 'toldAt'),
      places: second.places.map((place, index) => (isMessaged.has(index) ? told(place) : place)),
      version: group.version + (isSaid ? 1 : 0),
      ...(occasion === 'timer' && { flushedAt: at }),
      ...(toldAt !== undefined && { toldAt }),
      ...(flushAt !== undefined && { flushAt }),
      ...(escalation !== undefined && { escalation: takeSteps(escalation, at).escalation }),
      ...(isSaid && {
        pending: {
          messages,
          ...(group.expired !== undefined && { expired: group.expired }),
          over: overTold.slice(0, MOST_OVER_NAMED),
          overCount: overTold.length,
        },
      }),
      ...(!decision.isAlive && { endedAt: at }),
    },
    ...{ begun, over, isUnreachable: false },
  };
}
