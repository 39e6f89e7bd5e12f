/** What a post makes of an alert, with the semantics of Alertmanager where it has some. */
import type { KnownAccount } from '../account.ts';
import { type Alert, isResolved, type Labels, type PostedAlert } from './alert.ts';
import { withChange } from './flapping.ts';

/** Sources that post again what still fires, so that their silence means its end. Prometheus repeats it every minute. */
const REPEATING_SOURCES: ReadonlySet<string> = new Set(['prometheus']);

/** Whether a source posts again what still fires. */
export const isRepeating = (source: string): boolean => REPEATING_SOURCES.has(source);

/** A post of one alert. */
export interface Post {
  readonly fingerprint: string;
  readonly owner: KnownAccount;
  readonly posted: PostedAlert;
  readonly source: string;
  readonly to?: readonly string[];
  /** Ms after which an alert is over that its source does not repeat, where it is one that repeats. */
  readonly resolveTimeoutMs: number;
  /** Ms since 1970. */
  readonly now: number;
}

/**
 * What became of it: it began, or ended; what people read changed; or only its times did (`repeated`). `none`: the end of an
 * alert that is not known, of which nothing is kept.
 */
export type PostEffect = 'began' | 'ended' | 'changed' | 'repeated' | 'none';

type Ending = Pick<Alert, 'endsAt' | 'isTimeout'>;

/** When the alert is over as far as this post says. */
function endingOf({ posted, source, resolveTimeoutMs, now }: Post): Ending {
  if (posted.endsAt !== undefined) return { endsAt: posted.endsAt };
  return isRepeating(source) ? { endsAt: now + resolveTimeoutMs, isTimeout: true } : {};
}

/** An end that the source named counts beside one that only follows from its silence, where it is the later one. */
function laterEnding(old: Ending, ending: Ending): Ending {
  if (ending.isTimeout !== true || old.isTimeout === true || old.endsAt === undefined) return ending;
  return old.endsAt > (ending.endsAt ?? 0) ? { endsAt: old.endsAt } : ending;
}

/** Whether two lists of labels, or of annotations, have the same names and values. */
export function isSameText(one: Labels, other: Labels): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** What the post says of it, apart from its times. */
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
    // An earlier begin would count the time in which it was over.
    startsAt: old === undefined ? startsAt : Math.max(startsAt, old.endsAt ?? startsAt),
    changes: withChange(old?.changes ?? [], now),
  };
}

/** Ends an alert. @param endsAt ms since 1970, not after `now` */
export function ended(alert: Alert, endsAt: number, now: number): Alert {
  const { acknowledgement: _, isTimeout: __, ...rest } = alert;
  return { ...rest, endsAt, resolvedAt: now, updatedAt: now, changes: withChange(alert.changes, now) };
}

/** @param old the alert as it is known, without its end where that was not noticed yet */
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
  // A source may say no more than that it is over; people read the same words then.
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
