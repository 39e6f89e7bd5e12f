/** How a post changes an alert; follows Alertmanager's semantics where they exist. */
import type { KnownAccount } from '../account.ts';
import { type Alert, isResolved, type Labels, type PostedAlert } from './alert.ts';
import { withChange } from './flapping.ts';

/** Sources that repeat firing alerts, so a missing repeat means resolved. Prometheus repeats every minute. */
const REPEATING_SOURCES: ReadonlySet<string> = new Set(['prometheus']);

/** Whether a source repeats firing alerts. */
export const isRepeating = (source: string): boolean => REPEATING_SOURCES.has(source);

/** A post of one alert. */
export interface Post {
  readonly fingerprint: string;
  readonly owner: KnownAccount;
  readonly posted: PostedAlert;
  readonly source: string;
  readonly to?: readonly string[];
  /** Ms without a repeat after which an alert of a repeating source is resolved. */
  readonly resolveTimeoutMs: number;
  /** Ms since 1970. */
  readonly now: number;
}

/**
 * The effect of a post: the alert began or ended, its text changed, or only its times did (`repeated`). `none`: the end of
 * an unknown alert, which is not stored.
 */
export type PostEffect = 'began' | 'ended' | 'changed' | 'repeated' | 'none';

type Ending = Pick<Alert, 'endsAt' | 'isTimeout'>;

/** When the alert ends according to this post. */
function endingOf({ posted, source, resolveTimeoutMs, now }: Post): Ending {
  if (posted.endsAt !== undefined) return { endsAt: posted.endsAt };
  return isRepeating(source) ? { endsAt: now + resolveTimeoutMs, isTimeout: true } : {};
}

/** An end that the source named takes precedence over a timeout if it is later. */
function laterEnding(old: Ending, ending: Ending): Ending {
  if (ending.isTimeout !== true || old.isTimeout === true || old.endsAt === undefined) return ending;
  return old.endsAt > (ending.endsAt ?? 0) ? { endsAt: old.endsAt } : ending;
}

/** Whether two lists of labels, or of annotations, have the same names and values. */
export function isSameText(one: Labels, other: Labels): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** The alert's fields from the post, apart from its times. */
function factsOf({ fingerprint, owner, posted, source, to, now }: Post) {
  const { labels, annotations, generatorUrl } = posted;
  return {
    ...{ fingerprint, owner, labels, annotations, source, updatedAt: now },
    ...(generatorUrl !== undefined && { generatorUrl }),
    ...(to !== undefined && { to }),
  };
}

const ownPart = (old: Alert | undefined, now: number): Pick<Alert, 'groups' | 'rules' | 'silence'> => ({
  groups: old?.groups ?? [],
  rules: old?.rules ?? '',
  ...(old?.silence !== undefined && old.silence.until > now && { silence: old.silence }),
});

function begun(old: Alert | undefined, post: Post, ending: Ending): Alert {
  const { posted, now } = post;
  const startsAt = Math.min(posted.startsAt ?? now, ending.endsAt ?? Number.POSITIVE_INFINITY);
  return {
    ...factsOf(post),
    ...ownPart(old, now),
    ...ending,
    // An earlier start would include time in which it was resolved.
    startsAt: old === undefined ? startsAt : Math.max(startsAt, old.endsAt ?? startsAt),
    changes: withChange(old?.changes ?? [], now),
  };
}

/** Ends an alert. @param endsAt ms since 1970, not after `now` */
export function ended(alert: Alert, endsAt: number, now: number): Alert {
  const { acknowledgement: _, isTimeout: __, ...rest } = alert;
  return { ...rest, endsAt, resolvedAt: now, updatedAt: now, changes: withChange(alert.changes, now) };
}

/** @param old the stored alert, whose end may not have been processed yet */
export function mergePost(old: Alert | undefined, post: Post): { readonly alert?: Alert; readonly effect: PostEffect } {
  const { posted, now } = post;
  const ending = endingOf(post);
  const isOver = isResolved(ending, now);
  if (old === undefined)
    return isOver ? { effect: 'none' } : { alert: begun(undefined, post, ending), effect: 'began' };
  if (old.resolvedAt !== undefined) {
    return isOver ? { alert: old, effect: 'repeated' } : { alert: begun(old, post, ending), effect: 'began' };
  }
  const { endsAt: _, isTimeout: __, generatorUrl: ___, to: ____, ...kept } = old;
  const startsAt = Math.min(old.startsAt, posted.startsAt ?? old.startsAt);
  const facts = factsOf(post);
  // A source may resolve without annotations; the old ones stay.
  const annotations = isOver && Object.keys(facts.annotations).length === 0 ? old.annotations : facts.annotations;
  const updated: Alert = { ...kept, ...facts, annotations, ...laterEnding(old, ending), startsAt };
  if (isOver) return { alert: ended(updated, Math.max(posted.endsAt ?? now, startsAt), now), effect: 'ended' };
  const isSame =
    isSameText(old.annotations, updated.annotations) &&
    old.generatorUrl === updated.generatorUrl &&
    old.source === updated.source &&
    old.startsAt === startsAt &&
    String(old.to) === String(updated.to);
  return { alert: updated, effect: isSame ? 'repeated' : 'changed' };
}
