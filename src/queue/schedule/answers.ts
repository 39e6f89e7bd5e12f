/**
 * Answers in chats, beside the deliveries: a person waits for them, and a person can ask for many.
 *
 * Promises: all answers together take at most a third of the channel's rate; an answer keeps the limits of its lane; where
 * deliveries wait in the same lane, the two take turns; answers in one lane keep their order.
 */
import type { Lane, Limits } from '../ports.ts';
import { charge, type LaneState, roomAt } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Pace } from './pace.ts';

/** What part of the channel's rate answers may take. */
const SHARE = 1 / 3;
/** Answers that may go at once before that holds. */
const BURST = 5;

/** An answer that waits for its turn. */
export interface WaitingAnswer {
  readonly lane: Lane;
  /** Its turn has come, and is counted. */
  readonly begin: () => void;
}

/** @see createAnswers */
export interface Answers {
  /** Puts an answer behind those that wait. */
  add(answer: WaitingAnswer, now: number): void;
  /** An answer waits no longer; its turn is not counted. */
  remove(answer: WaitingAnswer, now: number): void;
  /** Takes out those that may go at `now`, and counts them. */
  takeDue(now: number): readonly WaitingAnswer[];
  /** When to look again; `undefined` when none waits. */
  next(now: number): number | undefined;
}

/** No answer waits. */
export function createAnswers(lanes: Lanes, pace: Pace, limits: Limits): Answers {
  const spacing = 1000 / (limits.perSecond * SHARE);
  const waiting = new Set<WaitingAnswer>();
  let nextAt = Number.NEGATIVE_INFINITY;

  /** After an answer it is a delivery's turn, where one waits. */
  function laneAt(state: LaneState, now: number): number {
    const isTheirTurn = state.answeredLast && state.line.head() !== undefined && state.notBefore <= now;
    return roomAt(state, 1, isTheirTurn ? 1 : 0, limits, now);
  }

  function spend(state: LaneState, now: number): void {
    charge(state, 1, limits, now);
    pace.spend(1, now);
    state.answeredLast = true;
    nextAt = Math.max(nextAt, now - BURST * spacing) + spacing;
  }

  /** The oldest answer of each lane. */
  function heads(): WaitingAnswer[] {
    const seen = new Set<Lane>();
    return [...waiting].filter(({ lane }) => !seen.has(lane) && seen.add(lane));
  }

  function take(answer: WaitingAnswer, now: number): void {
    const state = lanes.of(answer.lane, now);
    waiting.delete(answer);
    state.answers = Math.max(0, state.answers - 1);
    lanes.file(state, now);
  }

  return {
    add(answer, now) {
      waiting.add(answer);
      lanes.of(answer.lane, now).answers += 1;
    },
    remove(answer, now) {
      if (waiting.has(answer)) take(answer, now);
    },
    takeDue(now) {
      const due: WaitingAnswer[] = [];
      if (pace.heldUntil() > now) return due;
      for (const answer of heads()) {
        if (nextAt > now) break;
        const state = lanes.of(answer.lane, now);
        if (laneAt(state, now) > now) continue;
        spend(state, now);
        take(answer, now);
        due.push(answer);
      }
      return due;
    },
    next(now) {
      if (waiting.size === 0) return undefined;
      const first = Math.min(...heads().map(({ lane }) => laneAt(lanes.of(lane, now), now)));
      return Math.max(first, nextAt, pace.heldUntil());
    },
  };
}
