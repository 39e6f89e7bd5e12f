/** Decides what a group tells at a moment, given what it told before: Alertmanager's notification log as a function. */
import type { AlertState } from './alert.ts';
import type { RouteDecision } from './route-decision.ts';

/** An alert of the group at the moment. */
export interface Member {
  readonly fingerprint: string;
  readonly state: AlertState;
  readonly isFlapping: boolean;
  /** Whether another alert inhibits it; asked only of those that would be told. */
  readonly isInhibited: () => boolean;
}

/** What the decision rests on. Times are ms since 1970. */
export interface TellingFacts {
  readonly decision: Pick<RouteDecision, 'notify' | 'transient' | 'repeatIntervalMs' | 'schedule'>;
  readonly members: Iterable<Member>;
  /** Fingerprints of those that were told to fire, and not told to be over. */
  readonly told: ReadonlySet<string>;
  /** A place was told of the group. */
  readonly isTold: boolean;
  /** `timer`: all there is to tell; `change`: what changed of the alerts that were told; `step`: only whether they fire. */
  readonly occasion: 'timer' | 'change' | 'step';
  /** The route may tell of new alerts at this moment. */
  readonly isOpen: boolean;
  /** When the last new message or repeat was decided. */
  readonly toldAt: number | undefined;
  /** An acknowledgement expired. */
  readonly isExpired: boolean;
  readonly now: number;
}

/** @see decideTelling */
export interface Decision {
  /** A new message, an edit of the messages there are, or nothing. */
  readonly telling: 'new' | 'edit' | 'none';
  /** Alerts that count as told from now on. */
  readonly begun: readonly string[];
  /** Alerts that are over: they leave the group. Those that were told are told to be over. */
  readonly over: readonly string[];
  /** Of these, the ones that the message names. */
  readonly overTold: readonly string[];
  /** Some of these were never told to fire: they began and ended between two looks, and the route wants that told. */
  readonly isTransient: boolean;
  /** The message reminds of what fires. */
  readonly isRepeat: boolean;
  /** An alert fires that was told, or is told now, and that nobody has acknowledged. */
  readonly isUrgent: boolean;
  /** Alerts fire that are not told for now: inhibited ones, and those that come while the route may not tell. */
  readonly withheld: { readonly inhibited: boolean; readonly closed: boolean };
  /** Alerts that fire, are acknowledged or silenced, or are to be watched for flapping, are left. */
  readonly isAlive: boolean;
}

/** Goes through the members once. */
export function decideTelling(facts: TellingFacts): Decision {
  const { decision, told, occasion, isOpen, isExpired, toldAt, now } = facts;
  const begun: string[] = [];
  const over: string[] = [];
  const overTold: string[] = [];
  const withheld = { inhibited: false, closed: false };
  let [isUrgent, isAlive, soundingBegin, soundingEnd, isTransient] = [false, false, false, false, false];

  function hold({ isInhibited }: Member): boolean {
    if (!isOpen) withheld.closed = true;
    else if (isInhibited()) withheld.inhibited = true;
    else return false;
    return true;
  }

  function takeResolved(one: Member): void {
    const isKnown = told.has(one.fingerprint);
    // It began and ended between two looks of the timer, which decides what becomes of it.
    if (!isKnown && occasion !== 'timer') {
      isAlive = true;
      return;
    }
    over.push(one.fingerprint);
    const isBrief = !isKnown && decision.transient === 'tell' && !hold(one);
    if (isKnown || isBrief) overTold.push(one.fingerprint);
    isTransient ||= isBrief;
    if (!one.isFlapping) soundingEnd = true;
    else isAlive = true;
  }

  function takeFiring(one: Member): void {
    const isKnown = told.has(one.fingerprint);
    if (!isKnown && (occasion !== 'timer' || hold(one))) return;
    // Who takes care of it has said so, and the others see who.
    const isFree = one.state === 'firing';
    isUrgent ||= isFree;
    if (isKnown) return;
    begun.push(one.fingerprint);
    if (!one.isFlapping && isFree) soundingBegin = true;
  }

  for (const one of facts.members) {
    if (one.state === 'resolved') takeResolved(one);
    else isAlive = true;
    if (one.state === 'firing' || one.state === 'acknowledged') takeFiring(one);
  }

  const { repeatIntervalMs } = decision;
  const isDue = repeatIntervalMs > 0 && toldAt !== undefined && toldAt + repeatIntervalMs <= now;
  const isRepeat = occasion === 'timer' && isOpen && isUrgent && begun.length === 0 && isDue;
  const hasNews = begun.length > 0 || overTold.length > 0 || isRepeat || isExpired || occasion === 'change';
  const isAll = decision.notify === 'all';
  const sounds =
    soundingBegin ||
    (isExpired && isUrgent) ||
    (isAll && overTold.length > 0 && soundingEnd) ||
    (isRepeat && (isAll || decision.schedule !== undefined));
  const isFirst = !facts.isTold;
  // Nobody is told that something is over who was not told that it began.
  const isSaid = isFirst ? begun.length > 0 || isRepeat || isTransient : hasNews;
  const telling = !isSaid ? 'none' : isFirst || (sounds && decision.notify !== 'none') ? 'new' : 'edit';
  return { telling, begun, over, overTold, isTransient, isRepeat, isUrgent, withheld, isAlive };
}
