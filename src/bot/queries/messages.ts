import type { Delivery } from '../../core/delivery/delivery.ts';
import { Problem } from '../../core/problem.ts';
import { inScope } from '../../core/scope.ts';
import type { MessagePage, MessageQuery, MessageRecord } from '../../core/views/message.ts';
import type { Queued } from '../../queue/waiting/waiting-list.ts';
import type { History, HistoryPosition } from '../../storage/ports.ts';
import { fromQueue, fromRecord } from './message-view.ts';

/** Milliseconds: messages of the last 30 days are shown, as long as the history is kept. */
export const HISTORY_KEPT_MS = 30 * 24 * 3_600_000;

/** The most messages that one page reads; the next page continues after them. */
const MOST_LOOKED_AT = 20_000;
/** Messages between two pauses of a search: about the work of an ordinary page. */
const PAUSE_EVERY = 100;
/** Files of waiting deliveries that are read at once; their messages stay in memory until the page's reader takes them. */
const READ_AT_ONCE = 8;

/** The stores in which messages are looked up. */
export interface MessageSources {
  readonly history: Pick<History, 'find'>;
  /** The deliveries that wait, oldest first, of one user or of all. */
  readonly queued: (user?: string) => readonly Queued[];
  readonly read: (delivery: string) => Promise<Delivery<unknown> | undefined>;
  readonly now: () => number;
}

/** A place in a list: in the queue before a delivery, or in the history before a line. */
type Position = { readonly in: 'queue'; readonly delivery: string } | ({ readonly in: 'history' } & HistoryPosition);

/** A message that a page may show. */
interface Candidate {
  readonly message: MessageRecord;
  readonly user: string;
  readonly position: Position;
}

/** Encodes a position as the `before` parameter of a request. */
function wordOf(position: Position): string {
  return position.in === 'queue' ? `q.${position.delivery}` : `h.${position.day}.${position.at.toString(36)}`;
}

/** @throws Problem `bad_field` */
function positionOf(word: string): Position {
  const delivery = /^q\.([0-9a-z]{11}-[0-9a-f]{8})$/.exec(word)?.[1];
  if (delivery !== undefined) return { in: 'queue', delivery };
  const [, day, at] = /^h\.(\d{4}-\d{2}-\d{2})\.([0-9a-z]{1,10})$/.exec(word) ?? [];
  if (day !== undefined && at !== undefined) return { in: 'history', day, at: Number.parseInt(at, 36) };
  throw new Problem('bad_field', 'before: expected the next of an earlier answer.');
}

/** Yields the messages that wait, newest first. */
async function* waiting({ queued, read }: MessageSources, { whose }: MessageQuery, before: string | undefined) {
  const names = queued(whose === 'all' ? undefined : whose.user)
    .map(({ delivery }) => delivery)
    .filter((name) => before === undefined || name < before)
    .sort()
    .reverse();
  // What a page shows of a delivery is far smaller than the delivery.
  const candidateOf = (found: Delivery<unknown> | undefined): Candidate | undefined => {
    if (found === undefined || !inScope(whose, found)) return undefined;
    return { message: fromQueue(found), user: found.user, position: { in: 'queue', delivery: found.delivery } };
  };
  while (names.length > 0) {
    // A message that was delivered since it was listed is in the history by now.
    const some = names.splice(0, READ_AT_ONCE).map((name) => read(name).then(candidateOf, () => undefined));
    for (const candidate of await Promise.all(some)) if (candidate !== undefined) yield candidate;
  }
}

/** Yields the settled messages, newest first, without failed ones that wait again. */
async function* finished(sources: MessageSources, query: MessageQuery, before: HistoryPosition | undefined) {
  const { whose, status, source } = query;
  if (status === 'queued') return;
  const waitsAgain = new Set(sources.queued(whose === 'all' ? undefined : whose.user).map(({ repeats }) => repeats));
  const filter = {
    scope: whose,
    ...(status === undefined ? {} : { status }),
    ...(source === undefined ? {} : { source }),
  };
  for await (const { record, position: found } of sources.history.find(
    filter,
    sources.now() - HISTORY_KEPT_MS,
    before,
  )) {
    if (waitsAgain.has(record.delivery)) continue;
    yield { message: fromRecord(record), user: record.user, position: { in: 'history', ...found } as const };
  }
}

/** Yields every message from a position on, newest first: those that wait, then the history. */
async function* candidates(sources: MessageSources, query: MessageQuery): AsyncGenerator<Candidate> {
  const from = query.before === undefined ? undefined : positionOf(query.before);
  const mayWait = query.status === undefined || query.status === 'queued';
  if (mayWait && from?.in !== 'history') yield* waiting(sources, query, from?.delivery);
  yield* finished(sources, query, from?.in === 'history' ? from : undefined);
}

/** Whether a message matches the parts of the query that the index cannot decide. */
function matcher({ source, text }: MessageQuery): (message: MessageRecord) => boolean {
  const wanted = text?.toLowerCase();
  return (message) => {
    if (source !== undefined && (message.source ?? null) !== source) return false;
    if (wanted === undefined) return true;
    const words = [message.title, message.text, message.source, message.error];
    return words.some((said) => said?.toLowerCase().includes(wanted));
  };
}

/** Identifies a message: an id alone may be used again for another message after a day. */
const keyOf = ({ message: { id, to, acceptedAt }, user }: Candidate) => `${acceptedAt} ${user} ${to} ${id}`;

/**
 * Reads a page of messages, newest first. It may hold fewer than requested although there is a next page, when the
 * search had to read very many.
 *
 * @throws Problem `bad_field` for a `before` that no page had
 */
export async function* listMessages(sources: MessageSources, query: MessageQuery): MessagePage {
  const matches = matcher(query);
  const seen = new Set<string>();
  let last: Position | undefined;
  let looked = 0;
  for await (const candidate of candidates(sources, query)) {
    looked += 1;
    if (looked % PAUSE_EVERY === 0) await query.pause?.(PAUSE_EVERY);
    // A message that failed and was sent again has two lines; the later one counts.
    const isNew = !seen.has(keyOf(candidate)) && matches(candidate.message);
    const full = seen.size === query.limit;
    if (last !== undefined && ((full && isNew) || looked > MOST_LOOKED_AT)) return wordOf(last);
    if (isNew) {
      seen.add(keyOf(candidate));
      yield query.whose === 'all' ? { ...candidate.message, user: candidate.user } : candidate.message;
    }
    last = candidate.position;
  }
  return null;
}
