/**
 * What may go next, and when: a decision over times that the caller passes in, without clock, file or network.
 *
 * Promises: a lane sends one delivery at a time, in the order of its line; users take turns, and between lanes of one user
 * the one served longest ago goes first; no more goes out than the channel's limits allow.
 */
import type { Channel, Lane } from '../ports.ts';
import { type Answers, createAnswers } from './answers.ts';
import { createAside } from './aside.ts';
import { charge, type LaneState, refund } from './lane.ts';
import { createLanes } from './lanes.ts';
import type { LaneItem } from './line.ts';
import { createPace } from './pace.ts';

/** Messages of debt that a lane may have from what went out past the schedule: an album, and its second form. */
const MOST_DEBT = 12;

/** The next move: start this delivery, look again at a time, or nothing waits. */
export type Next =
  | { readonly kind: 'go'; readonly lane: Lane; readonly item: LaneItem }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'idle' };

/** @see createSchedule */
export interface Schedule {
  /** Puts a delivery into its lane, behind those of its user. */
  add(lane: Lane, item: LaneItem, now: number): void;
  /** Takes a delivery out of its lane. @returns `false` where it is being sent, has stepped aside, or is not in that lane */
  remove(lane: Lane, delivery: Pick<LaneItem, 'delivery' | 'user'>, now: number): boolean;
  /** What may go at `now`. A `go` makes its lane busy until `finish` or `again`. */
  next(now: number): Next;
  /** The lane's head is settled. */
  finish(lane: Lane, now: number): void;
  /** The lane's head is settled without a call: its turn does not count. */
  skip(lane: Lane, now: number): void;
  /** The lane's head goes again, not before `notBefore`. `offline`: because the channel could not be reached. */
  again(lane: Lane, now: number, notBefore: number, offline?: boolean): void;
  /**
   * The lane's head steps aside: the deliveries behind it go on, and it joins those of its user again at `until`.
   * @param isUnused no call was made: its turn does not count
   */
  stepAside(lane: Lane, now: number, until: number, isUnused?: boolean): void;
  /** Nothing goes in any lane before `until`. */
  holdAll(until: number): void;
  /** The channel answers again: what waited for that goes now. */
  markOnline(now: number): void;
  /** What waits beside the deliveries. */
  readonly answers: Answers;
  /** Counts messages that went out past this schedule, such as a part's second try in another form. */
  chargeQuota(lane: Lane, cost: number, at: number): void;
  /** The lane has another key now; does nothing while its head is being sent. */
  move(from: Lane, to: Lane, now: number): void;
  /** How many deliveries wait or are being sent. */
  size(): number;
}

/** Makes an empty schedule that keeps the channel's limits. */
export function createSchedule({ limits, classOf }: Pick<Channel<never>, 'limits' | 'classOf'>): Schedule {
  const lanes = createLanes({ limits, classOf });
  const pace = createPace(limits);
  const aside = createAside();
  let turns = 0;
  let total = 0;

  function append(lane: Lane, item: LaneItem, now: number): void {
    const state = lanes.of(lane, now);
    state.line.add(item);
    if (state.line.head() === item) lanes.file(state, now);
  }

  function finish(lane: Lane, now: number): void {
    const state = lanes.of(lane, now);
    state.busy = false;
    state.offline = false;
    state.line.shift();
    total -= 1;
    lanes.file(state, now);
  }

  /** Takes back what the turn of the lane's head was counted for. */
  function giveBack(state: LaneState): void {
    const cost = state.line.head()?.cost ?? 0;
    refund(state, cost, limits);
    pace.refund(cost);
  }

  return {
    add(lane, item, now) {
      total += 1;
      append(lane, item, now);
    },
    remove(lane, delivery, now) {
      const state = lanes.of(lane, now);
      if (!state.line.remove(delivery)) return false;
      total -= 1;
      lanes.file(state, now);
      return true;
    },
    next(now) {
      if (total === 0) return { kind: 'idle' };
      for (const { lane, item } of aside.takeDue(now)) append(lane, item, now);
      const free = pace.freeAt();
      const state = lanes.ready(now);
      const item = state === undefined ? undefined : state.line.head();
      if (state === undefined || item === undefined) {
        const at = Math.min(lanes.earliest() ?? Number.POSITIVE_INFINITY, aside.next() ?? Number.POSITIVE_INFINITY);
        return at === Number.POSITIVE_INFINITY ? { kind: 'idle' } : { kind: 'wait', until: Math.max(at, free) };
      }
      if (free > now) return { kind: 'wait', until: free };
      lanes.serve(state);
      turns += 1;
      state.busy = true;
      state.line.begin();
      state.turn = turns;
      state.answeredLast = false;
      charge(state, item.cost, limits, now);
      pace.spend(item.cost, now);
      return { kind: 'go', lane: state.lane, item };
    },
    finish,
    skip(lane, now) {
      giveBack(lanes.of(lane, now));
      finish(lane, now);
    },
    again(lane, now, notBefore, offline = false) {
      const state = lanes.of(lane, now);
      state.busy = false;
      state.notBefore = notBefore;
      state.offline = offline;
      lanes.file(state, now);
    },
    stepAside(lane, now, until, isUnused = false) {
      const state = lanes.of(lane, now);
      if (isUnused) giveBack(state);
      const item = state.line.head();
      state.busy = false;
      if (item === undefined) return;
      state.line.shift();
      aside.add({ lane, item, until });
      lanes.file(state, now);
    },
    holdAll: pace.hold,
    markOnline(now) {
      for (const state of lanes.all()) {
        if (!state.offline) continue;
        state.offline = false;
        state.notBefore = now;
        lanes.file(state, now);
      }
    },
    answers: createAnswers(lanes, pace, limits),
    chargeQuota(lane, cost, at) {
      const state = lanes.of(lane, at);
      charge(state, cost, limits, at);
      state.tokens = Math.max(state.tokens, -MOST_DEBT);
      pace.spendPast(cost, at);
    },
    move(from, to, now) {
      aside.move(from, to);
      if (from === to || lanes.of(from, now).busy) return;
      const old = lanes.take(from);
      if (old === undefined) return;
      const state = lanes.of(to, now);
      // What waited under the old key is older than what was added under the new one, unless that is being sent already.
      state.line.adopt(old.line);
      lanes.file(state, now);
    },
    size: () => total,
  };
}
