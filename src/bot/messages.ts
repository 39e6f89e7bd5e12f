import type { Caller } from '../shared/notification.ts';
import type { MessageRecord } from './api/services.ts';
import type { Delivery } from './outbox/delivery.ts';
import type { History, HistoryRecord } from './outbox/history.ts';
import type { Queued } from './outbox/waiting-list.ts';

/** How far back messages are shown: as long as the history is kept, 30 days, in milliseconds. */
export const HISTORY_KEPT_MS = 30 * 24 * 3_600_000;

/** Where messages are looked up. */
export interface MessageSources {
  readonly history: History;
  readonly queued: (user: string) => readonly Queued[];
  readonly read: (delivery: string) => Promise<Delivery<unknown>>;
  readonly now: () => number;
}

function fromRecord(record: HistoryRecord): MessageRecord {
  const { title, source, severity, error } = record;
  return {
    id: record.id,
    status: record.status,
    accepted_at: record.accepted_at,
    finished_at: record.finished_at,
    ...(title === undefined ? {} : { title }),
    text: record.text,
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
    message_ids: record.message_ids,
    ...(error === undefined ? {} : { error }),
  };
}

function fromQueue({ id, accepted_at, summary, message_ids, last_error }: Delivery<unknown>): MessageRecord {
  const { title, text, source, severity } = summary;
  return {
    id,
    status: 'queued',
    accepted_at,
    ...(title === undefined ? {} : { title }),
    text,
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
    message_ids,
    ...(last_error === undefined ? {} : { error: last_error }),
  };
}

/** The same message in two lines: an id may be used again after a day, for another one. */
const keyOf = ({ id, accepted_at }: Pick<MessageRecord, 'id' | 'accepted_at'>) => `${accepted_at} ${id}`;

/** A user with the account's uid: a name that is used again must not show its former owner's messages. */
type Owner = Pick<Caller, 'name'> & { readonly uid: number | undefined };

/** A user's messages, newest first: what waits, then what the history holds. */
export async function listMessages(sources: MessageSources, owner: Owner, limit: number): Promise<MessageRecord[]> {
  const isOwners = (uid: number | undefined) => uid === undefined || owner.uid === undefined || uid === owner.uid;
  const waiting = sources.queued(owner.name).slice(-limit).reverse();
  // What was delivered between the list and the look is in the history by now.
  const read = await Promise.all(waiting.map(({ delivery }) => sources.read(delivery).catch(() => undefined)));
  const found = read
    .filter((delivery) => delivery !== undefined && isOwners(delivery.uid))
    .map((d) => fromQueue(d as Delivery<unknown>));
  const seen = new Set(found.map(keyOf));
  if (found.length >= limit) return found;
  const since = sources.now() - HISTORY_KEPT_MS;
  for await (const record of sources.history.backwards(since, `"user":${JSON.stringify(owner.name)}`)) {
    // A message that failed and was sent again later stands there twice; the later line counts.
    if (record.user !== owner.name || !isOwners(record.uid) || seen.has(keyOf(record))) continue;
    seen.add(keyOf(record));
    found.push(fromRecord(record));
    if (found.length >= limit) break;
  }
  return found;
}
