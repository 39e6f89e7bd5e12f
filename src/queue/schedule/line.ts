/**
 * What waits in one lane.
 *
 * Promises: the deliveries of one user keep their order, but urgent ones go first; users who share a chat take turns,
 * and urgent deliveries of one leave every second place to the others; a delivery that has begun is finished, or steps
 * aside, before another one begins.
 */
import { createTurns, type Turns } from '../../shared/fairness/turns.ts';

/** What waits in a lane. */
export interface LaneItem {
  readonly delivery: string;
  /** Whose it is. */
  readonly user: string;
  /** Goes before what is not. */
  readonly isUrgent?: boolean;
  /** Some of its steps are done: goes first, so that its parts stand together. */
  readonly isBegun?: boolean;
  /** Messages that its next step counts for. */
  cost: number;
}

/** @see createLine */
export interface Line {
  add(item: LaneItem): void;
  /** The one that is being sent, or the next. */
  head(): LaneItem | undefined;
  /** The head is being sent: it stays the head until `shift`. */
  begin(): void;
  /** Takes the head off. */
  shift(): void;
  /** Takes a delivery off that waits. @returns `false` where it is the one that is being sent, or not here */
  remove(delivery: Pick<LaneItem, 'delivery' | 'user'>): boolean;
  /** Adds everything of an earlier line, in front of what waits here. */
  adopt(earlier: Line): void;
  /** Takes everything off, the head first. */
  takeAll(): LaneItem[];
}

/** An empty line. */
export function createLine(): Line {
  const begun = createTurns<LaneItem>();
  const urgent = createTurns<LaneItem>();
  const others = createTurns<LaneItem>();
  let current: LaneItem | undefined;
  /** Who had the last place, with an urgent delivery. */
  let urgentLast: string | undefined;

  /** Whether an urgent delivery has to let another user's go first. */
  function isOthersTurn(): boolean {
    if (urgentLast === undefined || urgent.peek()?.user !== urgentLast) return false;
    return others.parties() > 1 || (others.size() > 0 && others.peek()?.user !== urgentLast);
  }

  function first(): Turns<LaneItem> {
    if (begun.size() > 0) return begun;
    return urgent.size() === 0 || isOthersTurn() ? others : urgent;
  }

  function add(item: LaneItem): void {
    const turns = item.isBegun === true ? begun : item.isUrgent === true ? urgent : others;
    turns.add(item.user, item);
  }

  function begin(): void {
    if (current !== undefined) return;
    const turns = first();
    current = turns.take();
    urgentLast = turns === urgent ? current?.user : undefined;
  }

  const takeWaiting = () => [begun, urgent, others].flatMap((turns) => turns.takeAll());

  return {
    add,
    head: () => current ?? first().peek(),
    begin,
    shift() {
      begin();
      current = undefined;
    },
    remove({ delivery, user }) {
      return [begun, urgent, others].some((turns) => turns.remove(user, (item) => item.delivery === delivery));
    },
    adopt(earlier) {
      const waiting = takeWaiting();
      for (const item of [...earlier.takeAll(), ...waiting]) add(item);
    },
    takeAll() {
      const head = current === undefined ? [] : [{ ...current, isBegun: true }];
      current = undefined;
      return [...head, ...takeWaiting()];
    },
  };
}
