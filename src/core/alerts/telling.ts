/** Decides what a group sends, given its earlier notifications: Alertmanager's notification log as a function. */
import type { AlertState } from './alert.ts';
import type { RouteDecision } from './route-decision.ts';

/** An alert of the group, in its present state. */
export interface Member {
  readonly fingerprint: string;
  readonly state: AlertState;
  readonly isFlapping: boolean;
  /** Whether another alert inhibits it; called only for alerts that would be sent. */
  readonly isInhibited: () => boolean;
}

/** Input of the decision. Times are ms since 1970. */
export interface TellingFacts {
  readonly decision: Pick<RouteDecision, 'notify' | 'transient' | 'repeatIntervalMs' | 'schedule'>;
  readonly members: Iterable<Member>;
  /** Fingerprints of alerts that were sent as firing, and not yet as resolved. */
  readonly told: ReadonlySet<string>;
  /** A place received a message of the group. */
  readonly isTold: boolean;
  /** `timer`: all changes; `change`: changes of alerts that were sent; `step`: only whether they fire. */
  readonly occasion: 'timer' | 'change' | 'step';
  /** The route may send new alerts at present. */
  readonly isOpen: boolean;
  /** When the last new message or repeat was decided. */
  readonly toldAt: number | undefined;
  /** An acknowledgement expired. */
  readonly isExpired: boolean;
  readonly now: number;
}

/** @see decideTelling */
export interface Decision {
  /** A new message, an edit of the present messages, or nothing. */
  readonly telling: 'new' | 'edit' | 'none';
  /** Alerts that count as sent from now on. */
  readonly begun: readonly string[];
  /** Resolved alerts: they leave the group. Those that were sent as firing are sent as resolved. */
  readonly over: readonly string[];
  /** The resolved alerts that the message names. */
  readonly overTold: readonly string[];
  /** Some of these were never sent as firing: they began and ended between two flushes, and the route reports that. */
  readonly isTransient: boolean;
  /** The message is a repeat. */
  readonly isRepeat: boolean;
  /** An alert that was sent, or is sent now, fires unacknowledged. */
  readonly isUrgent: boolean;
  /** Firing alerts are held back: inhibited ones, and new ones while the route may not send. */
  readonly withheld: { readonly inhibited: boolean; readonly closed: boolean };
  /** The group still has alerts that fire, are acknowledged or silenced, or are watched for flapping. */
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
    // It began and ended between two timer flushes; the timer decides how it is reported.
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
    // A person has acknowledged, and the message shows others who.
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
  // A group that has sent nothing does not report that alerts are resolved.
  const isSaid = isFirst ? begun.length > 0 || isRepeat || isTransient : hasNews;
  const telling = !isSaid ? 'none' : isFirst || (sounds && decision.notify !== 'none') ? 'new' : 'edit';
  return { telling, begun, over, overTold, isTransient, isRepeat, isUrgent, withheld, isAlive };
}
