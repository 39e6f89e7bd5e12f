/**
 * All lanes, by the time at which each may go next, and those that may go now by turns: between the users whose deliveries
 * are next in them, and within a user's by when each was served last.
 */
import TinyQueue from 'tinyqueue';
import type { Channel, Lane } from '../ports.ts';
import { createLane, eligibleAt, isForgettable, type LaneState } from './lane.ts';

/** New lanes between two sweeps over all of them. */
const SWEEP_EVERY = 4096;

interface Entry {
  readonly state: LaneState;
  readonly version: number;
  readonly key: number;
  /** Settles ties: first filed, first served. */
  readonly order: number;
}

const byKey = (a: Entry, b: Entry): number => a.key - b.key || a.order - b.order;

/** @see createLanes */
export interface Lanes {
  /** A lane; an empty one when it is not known. */
  of(lane: Lane, now: number): LaneState;
  all(): Iterable<LaneState>;
  /** A lane that exists, and is none from now on. */
  take(lane: Lane): LaneState | undefined;
  /** Files a lane under the time at which it may go next; its older entries go stale. */
  file(state: LaneState, now: number): void;
  /** The lane that is served next at `now`; it stays filed. */
  ready(now: number): LaneState | undefined;
  /** The lane of `ready` is served: it is not filed any more. */
  serve(state: LaneState): void;
  /** When the first lane may go that can't go now. */
  earliest(): number | undefined;
}

/** There is no lane. */
export function createLanes({ limits, classOf }: Pick<Channel<never>, 'limits' | 'classOf'>): Lanes {
  const lanes = new Map<Lane, LaneState>();
  const byTime = new TinyQueue<Entry>([], byKey);
  /** Lanes that may go, by the user of what is next in them; users in the order of their turns. */
  const byUser = new Map<string, TinyQueue<Entry>>();
  let filings = 0;
  let made = 0;

  /** Drops silent lanes, so that a year of lanes costs no memory. */
  function sweep(now: number): void {
    for (const state of lanes.values()) if (isForgettable(state, limits, now)) lanes.delete(state.lane);
  }

  function makeReady(entry: Entry): void {
    const { line, turn } = entry.state;
    const user = line.head()?.user ?? '';
    const own = byUser.get(user) ?? new TinyQueue<Entry>([], byKey);
    own.push({ ...entry, key: turn });
    // A user without any takes the last turn of the round.
    byUser.set(user, own);
  }

  const isFresh = (entry: Entry) => entry.version === entry.state.version;

  return {
    of(lane, now) {
      const known = lanes.get(lane);
      if (known !== undefined) return known;
      made += 1;
      if (made % SWEEP_EVERY === 0) sweep(now);
      const state = createLane(lane, classOf(lane) === 'group', limits, now);
      lanes.set(lane, state);
      return state;
    },
    all: () => lanes.values(),
    take(lane) {
      const state = lanes.get(lane);
      if (state !== undefined) state.version += 1;
      lanes.delete(lane);
      return state;
    },
    file(state, now) {
      state.version += 1;
      const item = state.line.head();
      if (item === undefined || state.busy) return;
      filings += 1;
      byTime.push({ state, version: state.version, key: eligibleAt(state, item.cost, limits, now), order: filings });
    },
    ready(now) {
      for (let entry = byTime.peek(); entry !== undefined && entry.key <= now; entry = byTime.peek()) {
        byTime.pop();
        if (isFresh(entry)) makeReady(entry);
      }
      for (const [user, own] of byUser) {
        for (let entry = own.peek(); entry !== undefined; entry = own.peek()) {
          const { state } = entry;
          if (isFresh(entry)) {
            const at = eligibleAt(state, state.line.head()?.cost ?? 1, limits, now);
            if (at <= now) return state;
            byTime.push({ ...entry, key: at });
          }
          own.pop();
        }
        byUser.delete(user);
      }
      return undefined;
    },
    serve(state) {
      const [user, own] = byUser.entries().next().value ?? [];
      if (user !== undefined && own !== undefined) {
        own.pop();
        byUser.delete(user);
        if (own.length > 0) byUser.set(user, own);
      }
      state.version += 1;
    },
    earliest() {
      for (let entry = byTime.peek(); entry !== undefined; entry = byTime.peek()) {
        if (isFresh(entry)) return entry.key;
        byTime.pop();
      }
      return undefined;
    },
  };
}
