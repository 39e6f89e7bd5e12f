/** Tracks the outcome of a group's messages: which of them a place shows, and which must not be sent any more. */
import type { AlertGroup, GroupPlace } from '../../../core/alerts/group.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { HistoryRecord } from '../../../core/delivery/history-record.ts';
import type { Receipt } from '../../../core/receipt.ts';
import type { KeyedMessages } from '../../../queue/ports.ts';
import type { Membership } from '../groups/membership.ts';
import type { AlertStore, GroupEntry } from '../store/alert-store.ts';
import { ALERTS_SOURCE, keyOf, type Ref, readRef } from './message.ts';
import { isUrgent } from './submitting.ts';

/** Dependencies. */
export interface SettledParts {
  readonly store: AlertStore;
  readonly save: Membership['save'];
  /** The messages of groups by key, for a crash between Telegram's answer and its record. */
  readonly keyedMessages: Pick<KeyedMessages, 'find'>;
  /** Ids of the notifications that wait in the queue. */
  readonly queuedIds: () => readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createSettled */
export interface Settled {
  /** A message is submitted to the queue. */
  onQueued(ref: string): void;
  /** The queue accepted it before a crash, and it is settled. */
  onKnown(ref: string, receipt: Pick<Receipt, 'status' | 'messageIds'>): void;
  /**
   * A delivery is settled; those of other features are ignored.
   * @returns the group of the message if it has former messages to delete
   */
  onSettled(record: HistoryRecord): Promise<string | undefined>;
  /** Whether a delivery of a group must not be sent any more. */
  isTakenBack(delivery: Pick<Delivery<unknown>, 'origin' | 'unconfirmed'>): Promise<boolean>;
  /** Removes a group that has ended, once all its messages are settled and former ones are deleted. */
  forgetEnded(id: string): void;
  /** Reads the outcome of messages after a start, and removes groups that ended. @param at ms since 1970 */
  recover(at: number): Promise<void>;
}

/** The refs of messages, from the ids of their notifications. */
const refIn = (id: string): string | undefined => {
  const ref = id.startsWith('al-') ? id.slice('al-'.length).replaceAll('-', '/') : '';
  return readRef(ref) === undefined ? undefined : ref;
};

/** Whether the message is, or may be, in the chat. */
const isShown = (status: Receipt['status']) => status === 'sent' || status === 'unknown';

/** Whether its first message is in the queue, or may be in its chat. */
const isOnItsWay = (place: GroupPlace | undefined) => place?.state === 'waiting' || place?.state === 'sending';

/** A place after a new message, or after an edit that was sent as a new one because the message was gone. */
function shown(place: GroupPlace, messageIds: readonly number[], isNew: boolean): GroupPlace {
  if (messageIds.length === 0) return { ...place, state: 'told' };
  const replaced = isNew ? place.messages.filter((id) => !messageIds.includes(id)) : [];
  return { ...place, state: 'told', messages: messageIds, former: [...place.former, ...replaced] };
}

/** A group with a new state of one of its places. */
export const withPlace = (group: AlertGroup, index: number, place: GroupPlace): AlertGroup => ({
  ...group,
  places: group.places.map((one, at) => (at === index ? place : one)),
});

/** Older messages are settled and recorded, ms. */
const RECENT_MS = 3_600_000;

/** Creates the functions. */
export function createSettled(parts: SettledParts): Settled {
  const { store, save, keyedMessages, queuedIds, now } = parts;
  /** Refs of messages that wait in the queue, by group. */
  const waiting = new Map<string, Set<string>>();

  /** Refs of escalation steps whose call this process has begun. */
  const begun = new Set<string>();

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
    begun.delete(ref);
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
    // Telegram may have given the chat another id.
    const place = { ...found, chatId: destination.chatId };
    // A summary included it, so the chat has no message of the group.
    if (status === 'summarized') return withPlace(group, index, { ...place, state: 'told' });
    if (isShown(status)) return withPlace(group, index, shown(place, messageIds, telling !== 'edit'));
    return group;
  }

  /** Whether a place did not get its first message. */
  const isLost = ({ places }: AlertGroup, { place, telling }: Ref, status: Receipt['status']) =>
    !isShown(status) && status !== 'replaced' && telling !== 'edit' && isOnItsWay(places[place]);

  /** Restores the messages that a place shows from their key: after a crash this may be the only record. */
  async function recoverPlace(group: AlertGroup, index: number): Promise<void> {
    const place = group.places[index];
    if (place === undefined) return;
    const { chatId, threadId } = place;
    const topic = threadId === undefined ? {} : { threadId };
    const keyed = { ...group.owner, source: ALERTS_SOURCE, key: keyOf(group.id), chatId, ...topic };
    const { messageIds } = (await keyedMessages.find(keyed).catch(() => undefined)) ?? { messageIds: [] };
    const current = store.group(group.id)?.group;
    const now = current?.places[index];
    if (current === undefined || now === undefined) return;
    if (messageIds.length > 0 && String(messageIds) !== String(now.messages)) {
      save(withPlace(current, index, shown(now, messageIds, true)));
    } else if (messageIds.length === 0 && isOnItsWay(now)) {
      save(withPlace(current, index, { ...now, state: 'untold' }));
    }
  }

  /** By group: pending checks of whether a place received a message after all. */
  const losing = new Map<string, Promise<void>>();

  /** A withdrawn message may have been sent before a crash; then its key finds it. Later messages wait for this check. */
  async function lose(group: AlertGroup, index: number): Promise<void> {
    const looking = recoverPlace(group, index);
    losing.set(group.id, looking);
    await looking;
    if (losing.get(group.id) === looking) losing.delete(group.id);
  }

  /**
   * The start of a call is durable before the call: a step that was in progress when the service was killed may be in its
   * chat, so it is sent again, even after an acknowledgement, and then edited. Otherwise its chat might never see the end.
   */
  async function isStepTakenBack(entry: GroupEntry, { place: index }: Ref, ref: string, unconfirmed: number) {
    const { group } = entry;
    const place = group.places[index];
    if (!isUrgent(store, entry, now())) {
      const wasUnderWay = place?.state === 'sending' && !begun.has(ref);
      // Its answer was lost; most likely Telegram has sent it.
      if (unconfirmed > 0 && isOnItsWay(place) && place !== undefined)
        save(withPlace(group, index, { ...place, state: 'told' }));
      return !wasUnderWay;
    }
    begun.add(ref);
    if (place?.state !== 'waiting') return false;
    save(withPlace(group, index, { ...place, state: 'sending' }));
    await store.commit();
    // An acknowledgement may have arrived in the meantime.
    return !isUrgent(store, store.group(group.id) ?? entry, now());
  }

  return {
    onQueued,
    forgetEnded,
    onKnown(ref, { status, messageIds }) {
      const read = readRef(ref);
      const group = store.group(read?.group ?? '')?.group;
      const place = group?.places[read?.place ?? -1];
      if (read === undefined || group === undefined || place === undefined) return;
      noLonger(ref, group.id);
      if (status === 'queued' || status === 'partial' || String(messageIds) === String(place.messages)) return;
      save(settle(read.place, read.telling, { status, messageIds, destination: place }, group));
      if (isLost(group, read, status)) void lose(group, read.place);
    },
    async onSettled(record) {
      const ref = record.source === ALERTS_SOURCE ? refIn(record.id) : undefined;
      const read = ref === undefined ? undefined : readRef(ref);
      const group = store.group(read?.group ?? '')?.group;
      if (ref === undefined || read === undefined || group === undefined || record.user !== group.owner.user) {
        return undefined;
      }
      noLonger(ref, group.id);
      save(settle(read.place, read.telling, record, group));
      if (isLost(group, read, record.status)) await lose(group, read.place);
      const places = store.group(group.id)?.group.places ?? [];
      forgetEnded(group.id);
      await store.commit();
      return places.some(({ former }) => former.length > 0) ? group.id : undefined;
    },
    async isTakenBack({ origin, unconfirmed }) {
      const read = origin?.feature === 'alerts' ? readRef(origin.ref) : undefined;
      await losing.get(read?.group ?? '');
      const entry = store.group(read?.group ?? '');
      if (read === undefined || entry === undefined) return false;
      if (read.telling === 'step') return isStepTakenBack(entry, read, origin?.ref ?? '', unconfirmed ?? 0);
      // An edit is sent only to places that received a message before.
      return read.telling === 'edit' && entry.group.places[read.place]?.state === 'untold';
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
          if (!isOpen && (isRecent || state === 'waiting' || state === 'sending')) await recoverPlace(group, index);
        }
        forgetEnded(group.id);
      }
      await store.commit();
    },
  };
}
