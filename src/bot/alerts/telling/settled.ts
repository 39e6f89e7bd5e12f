/**
 * What became of a group's messages: which of them a place shows now, which are to be deleted, and which must not be sent
 * any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertGroup, GroupPlace } from '../../../core/alerts/group.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { HistoryRecord, SettledStatus } from '../../../core/delivery/history-record.ts';
import { sentenceOf } from '../../../core/problem.ts';
import type { Receipt } from '../../../core/receipt.ts';
import type { AnswerTurn } from '../../../queue/answer-turns.ts';
import type { KeyedMessages } from '../../../queue/ports.ts';
import type { Log } from '../../../shared/process/log.ts';
import { chatLane } from '../../telegram/channel.ts';
import type { RemoveMessage } from '../../telegram/sending/remove.ts';
import type { Membership } from '../groups/membership.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { ALERTS_SOURCE, keyOf, readRef } from './message.ts';
import { isUrgent } from './submitting.ts';

/** What it works with. */
export interface SettledParts {
  readonly store: AlertStore;
  readonly save: Membership['save'];
  /** The messages of groups, by the key of each, where a crash came between Telegram's answer and its record. */
  readonly keyedMessages: Pick<KeyedMessages, 'find'>;
  readonly remove: RemoveMessage;
  readonly answerTurn: AnswerTurn;
  /** Ids of the notifications that wait in the queue. */
  readonly queuedIds: () => readonly string[];
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** @see createSettled */
export interface Settled {
  /** A message is handed to the queue. */
  onQueued(ref: string): void;
  /** The queue had it before a crash, and it has reached its end. */
  onKnown(ref: string, receipt: Pick<Receipt, 'status' | 'messageIds'>): void;
  /**
   * A delivery reached its end; those of other features do nothing.
   * @returns the group of the message where former ones are to be deleted
   */
  onSettled(record: HistoryRecord): Promise<string | undefined>;
  /** Whether a delivery of a group's must not be sent any more. */
  isTakenBack(delivery: Pick<Delivery<unknown>, 'origin'>): boolean;
  /** Deletes the former messages of a group. @returns whether some are left to be deleted later. Never rejects. */
  sweep(id: string): Promise<boolean>;
  /** Learns after a start what became of messages meanwhile, and forgets groups that ended. @param at ms since 1970 */
  recover(at: number): Promise<void>;
}

/** The refs of messages, from the ids of their notifications. */
const refIn = (id: string): string | undefined => {
  const ref = id.startsWith('al-') ? id.slice('al-'.length).replaceAll('-', '/') : '';
  return readRef(ref) === undefined ? undefined : ref;
};

/** Was it, or may it have been, shown? */
const isShown = (status: SettledStatus) => status === 'sent' || status === 'unknown';

/** A place after a new message, or an edit that became one where the message was gone. */
function shown(place: GroupPlace, messageIds: readonly number[], isNew: boolean): GroupPlace {
  if (messageIds.length === 0) return { ...place, state: 'told' };
  const replaced = isNew ? place.messages.filter((id) => !messageIds.includes(id)) : [];
  return { ...place, state: 'told', messages: messageIds, former: [...place.former, ...replaced] };
}

const withPlace = (group: AlertGroup, index: number, place: GroupPlace): AlertGroup => ({
  ...group,
  places: group.places.map((one, at) => (at === index ? place : one)),
});

/** Messages of before that time are settled and recorded, ms. */
const RECENT_MS = 3_600_000;
/** Milliseconds between two deletions of messages, beside the turns of answers: nobody waits for them. */
const DELETION_SPACING_MS = 50;

/** Creates the functions. */
export function createSettled(parts: SettledParts): Settled {
  const { store, save, keyedMessages, remove, answerTurn, queuedIds, stopping, now, log } = parts;
  /** Refs of messages that wait in the queue, by group. */
  const waiting = new Map<string, Set<string>>();

  function forgetEnded(id: string): void {
    const group = store.group(id)?.group;
    if (group?.endedAt === undefined || group.pending !== undefined || waiting.has(id)) return;
    if (group.places.every(({ former }) => former.length === 0)) store.removeGroup(id);
  }

  function onQueued(ref: string): void {
    const group = readRef(ref)?.group ?? '';
    waiting.set(group, (waiting.get(group) ?? new Set()).add(ref));
  }

  function noLonger(ref: string, id: string): void {
    const refs = waiting.get(id);
    refs?.delete(ref);
    if (refs?.size === 0) waiting.delete(id);
  }

  function settle(
    index: number,
    telling: string,
    { status, messageIds, destination }: Pick<HistoryRecord, 'status' | 'messageIds' | 'destination'>,
    group: AlertGroup,
  ) {
    const found = group.places[index];
    if (found === undefined || found.name !== destination.name) return group;
    // The group may have another id in Telegram by now.
    const place = { ...found, chatId: destination.chatId };
    // The place was told by a summary, and its chat has no message of the group.
    if (status === 'summarized') return withPlace(group, index, { ...place, state: 'told' });
    if (isShown(status)) return withPlace(group, index, shown(place, messageIds, telling !== 'edit'));
    const isLost = status !== 'replaced' && place.state === 'waiting' && telling !== 'edit';
    return isLost ? withPlace(group, index, { ...place, state: 'untold' }) : group;
  }

  async function sweepPlace(id: string, index: number): Promise<boolean> {
    for (;;) {
      const place = store.group(id)?.group.places[index];
      const [messageId] = place?.former ?? [];
      if (place === undefined || messageId === undefined) return true;
      await answerTurn(chatLane(place.chatId), stopping);
      if (stopping.aborted) return false;
      const removal = await remove(place.chatId, messageId, stopping);
      if (removal.kind === 'unreachable') return false;
      const current = store.group(id)?.group;
      const now = current?.places[index];
      if (current === undefined || now === undefined) return true;
      save(withPlace(current, index, { ...now, former: now.former.filter((one) => one !== messageId) }));
      await sleep(DELETION_SPACING_MS);
    }
  }

  /** What a place shows, by the key of its messages: after a crash nothing else may say it. */
  async function recoverPlace(group: AlertGroup, index: number): Promise<void> {
    const place = group.places[index];
    if (place === undefined) return;
    const { chatId, threadId } = place;
    const topic = threadId === undefined ? {} : { threadId };
    const keyed = { ...group.owner, source: ALERTS_SOURCE, key: keyOf(group.id), chatId, ...topic };
    const { messageIds } = (await keyedMessages.find(keyed)) ?? { messageIds: [] };
    const current = store.group(group.id)?.group;
    const now = current?.places[index];
    if (current === undefined || now === undefined) return;
    if (messageIds.length > 0 && String(messageIds) !== String(now.messages)) {
      save(withPlace(current, index, shown(now, messageIds, true)));
    } else if (messageIds.length === 0 && now.state === 'waiting') {
      save(withPlace(current, index, { ...now, state: 'untold' }));
    }
  }

  return {
    onQueued,
    onKnown(ref, { status, messageIds }) {
      const read = readRef(ref);
      const group = store.group(read?.group ?? '')?.group;
      const place = group?.places[read?.place ?? -1];
      if (read === undefined || group === undefined || place === undefined) return;
      noLonger(ref, group.id);
      if (status === 'queued' || status === 'partial' || String(messageIds) === String(place.messages)) return;
      save(settle(read.place, read.telling, { status, messageIds, destination: place }, group));
    },
    async onSettled(record) {
      const ref = record.source === ALERTS_SOURCE ? refIn(record.id) : undefined;
      const read = ref === undefined ? undefined : readRef(ref);
      const group = store.group(read?.group ?? '')?.group;
      if (ref === undefined || read === undefined || group === undefined || record.user !== group.owner.user) {
        return undefined;
      }
      noLonger(ref, group.id);
      const made = settle(read.place, read.telling, record, group);
      save(made);
      forgetEnded(group.id);
      await store.commit();
      return made.places.some(({ former }) => former.length > 0) ? group.id : undefined;
    },
    isTakenBack({ origin }) {
      const read = origin?.feature === 'alerts' ? readRef(origin.ref) : undefined;
      const entry = store.group(read?.group ?? '');
      if (read === undefined || entry === undefined) return false;
      if (read.telling === 'step') return !isUrgent(store, entry, now());
      // Nobody is told that something is over who was not told that it began.
      return read.telling === 'edit' && entry.group.places[read.place]?.state === 'untold';
    },
    async sweep(id) {
      const places = store.group(id)?.group.places ?? [];
      try {
        let isDone = true;
        for (const [index, { former }] of places.entries()) {
          if (former.length > 0) isDone = (await sweepPlace(id, index)) && isDone;
        }
        forgetEnded(id);
        await store.commit();
        return isDone;
      } catch (error) {
        log.warn({ group: id, err: sentenceOf(error) }, 'Former messages about alerts could not be deleted');
        return false;
      }
    },
    async recover(at) {
      for (const id of queuedIds()) {
        const ref = refIn(id);
        if (ref !== undefined) onQueued(ref);
      }
      for (const { group } of [...store.groups()]) {
        const refs = [...(waiting.get(group.id) ?? [])].map(readRef);
        const isRecent = (group.toldAt ?? 0) > at - RECENT_MS;
        for (const [index, { state }] of group.places.entries()) {
          const isOpen = group.pending !== undefined || refs.some((read) => read?.place === index);
          if (!isOpen && (isRecent || state === 'waiting')) await recoverPlace(group, index);
        }
        forgetEnded(group.id);
      }
      await store.commit();
    },
  };
}
