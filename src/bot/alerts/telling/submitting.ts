/**
 * Submits the recorded messages of a group to the queue.
 *
 * Promises: ids derived from group, version and place let the queue accept each message once, also when it is submitted
 * again after a crash; an escalation step is not submitted once no alert fires unacknowledged.
 */
import { stateOf } from '../../../core/alerts/alert.ts';
import type { AlertGroup, GroupPlace, PendingMessage } from '../../../core/alerts/group.ts';
import { Problem, sentenceOf } from '../../../core/problem.ts';
import type { Receipt } from '../../../core/receipt.ts';
import type { Log } from '../../../shared/process/log.ts';
import { createSeldom } from '../../../shared/process/seldom.ts';
import type { IntakeServices } from '../../api/services.ts';
import type { Membership } from '../groups/membership.ts';
import type { AlertStore, GroupEntry } from '../store/alert-store.ts';
import { type MessageParts, notificationOf, refOf } from './message.ts';

/** Temporary errors, after which the message is retried. */
const PASSING: ReadonlySet<string> = new Set([
  'storage',
  'outbox_full',
  'history_full',
  'accounts_unavailable',
  'links_unreadable',
  'destinations_unreadable',
  'mutes_unreadable',
]);

/** Errors of thousands of groups at once, such as a full outbox, log one line in this time, ms. */
const LOG_MS = 60_000;

/** Dependencies of submitting. */
export interface SubmittingParts extends MessageParts {
  readonly store: AlertStore;
  readonly submit: IntakeServices['submit'];
  readonly save: Membership['save'];
  /** A message is submitted to the queue; the ref names it. */
  readonly onQueued: (ref: string) => void;
  /** The queue accepted it before a crash, and it is settled. */
  readonly onKnown: (ref: string, receipt: Pick<Receipt, 'status' | 'messageIds'>) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The idempotency id of a message. */
const idOf = (group: AlertGroup, message: PendingMessage) => `al-${refOf(group, message).replaceAll('/', '-')}`;

/** Whether a person still has to act: an alert that was sent fires unacknowledged. */
export function isUrgent(store: Pick<AlertStore, 'alert'>, { group, told }: GroupEntry, now: number): boolean {
  for (const fingerprint of told) {
    const alert = store.alert(group.owner.uid, fingerprint);
    if (alert !== undefined && stateOf(alert, now) === 'firing') return true;
  }
  return false;
}

/** The places of a group after one did not get its message, unless it has an earlier message of the group. */
export const withoutTelling = (places: readonly GroupPlace[], index: number): readonly GroupPlace[] =>
  places.map((place, at) => (at === index && place.state === 'waiting' ? { ...place, state: 'untold' } : place));

/** @returns whether all messages are submitted; otherwise call again later. Never rejects. */
export function createSubmitting(parts: SubmittingParts): (id: string) => Promise<boolean> {
  const seldom = createSeldom(LOG_MS, parts.now);
  const { store, submit, save, onQueued, onKnown, now, log } = parts;

  /** @returns whether its place will receive it */
  async function submitOne(entry: GroupEntry, message: PendingMessage): Promise<boolean> {
    const { group } = entry;
    const { pending } = group;
    const place = group.places[message.place];
    if (pending === undefined || place === undefined) return true;
    const { name, chatId, threadId, person } = place;
    const destination = { name, chatId, ...(threadId !== undefined && { threadId }) };
    const notification = await notificationOf(parts, entry, pending, message, now());
    // The alerts may have changed while it was rendered.
    if (message.telling === 'step' && !isUrgent(store, store.group(group.id) ?? entry, now())) return false;
    const id = idOf(group, message);
    const routes = [{ destination, ...(person !== undefined && { person }) }];
    const ref = refOf(group, message);
    onQueued(ref);
    const receipt = await submit({ notification, routes, id, digest: id, wait: 0 });
    if (receipt.status !== 'queued') onKnown(ref, receipt);
    return receipt.status !== 'muted';
  }

  /** @throws Problem for temporary errors */
  async function isTold(entry: GroupEntry, message: PendingMessage): Promise<boolean> {
    try {
      return await submitOne(entry, message);
    } catch (error) {
      if (error instanceof Problem && PASSING.has(error.code)) throw error;
      const { id, decision } = entry.group;
      log.error({ group: id, route: decision.route, err: sentenceOf(error) }, 'A message about alerts was not taken');
      return false;
    }
  }

  return async (id) => {
    const messages = store.group(id)?.group.pending?.messages ?? [];
    try {
      for (const message of messages) {
        const entry = store.group(id);
        if (entry === undefined) return true;
        const told = await isTold(entry, message);
        const after = store.group(id)?.group;
        if (!told && after !== undefined) save({ ...after, places: withoutTelling(after.places, message.place) });
      }
    } catch (error) {
      seldom((others) => {
        const what = { group: id, others, err: sentenceOf(error) };
        log.warn(what, 'A message about alerts waits until it can be stored');
      });
      return false;
    }
    const group = store.group(id)?.group;
    if (group?.pending === undefined) return true;
    const { pending: _, ...rest } = group;
    save(rest);
    return true;
  };
}
