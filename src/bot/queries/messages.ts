import type { Delivery } from '../../core/delivery/delivery.ts';
import { Problem } from '../../core/problem.ts';
import { inScope } from '../../core/scope.ts';
import type { MessagePage, MessageQuery, MessageRecord } from '../../core/views/message.ts';
import type { Queued } from '../../queue/waiting-list.ts';
import type { History, HistoryPosition } from '../../storage/ports.ts';
import { fromQueue, fromRecord } from './message-view.ts';

/** How far back messages are shown: as long as the history is kept, 30 days, in milliseconds. */
export const HISTORY_KEPT_MS = 30 * 24 * 3_600_000;

/** Messages that one search looks at; its page then ends, and the next one goes on. */
const MOST_LOOKED_AT = 20_000;
/** Files of waiting deliveries that are read at once. */
const READ_AT_ONCE = 32;

/** Where messages are looked up. */
export interface MessageSources {
  readonly history: Pick<History, 'find'>;
  /** What waits, oldest first; of one user, or of all. */
  readonly queued: (user?: string) => readonly Queued[];
  readonly read: (delivery: string) => Promise<Delivery<unknown> | undefined>;
  readonly now: () => number;
}

/** A place in a list: in the queue before a delivery, or in the history before a line. */
type Position = { readonly in: 'queue'; readonly delivery: string } | ({ readonly in: 'history' } & HistoryPosition);

/** A message on its way into a page. */
interface Candidate {
  readonly message: MessageRecord;
  readonly user: string;
  readonly position: Position;
}

/** A position as the word that stands for it. */
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

/** What waits, newest first. */
async function* waiting({ queued, read }: MessageSources, { whose }: MessageQuery, before: string | undefined) {
  const names = queued(whose === 'all' ? undefined : whose.user)
    .map(({ delivery }) => delivery)
    .filter((name) => before === undefined || name < before)
    .sort()
    .reverse();
  while (names.length > 0) {
    // What was delivered between the list and the look is in the history by now.
    const some = names.splice(0, READ_AT_ONCE).map((name) => read(name).catch(() => undefined));
    for (const delivery of await Promise.all(some)) {
      if (delivery === undefined || !inScope(whose, delivery)) continue;
      const position: Position = { in: 'queue', delivery: delivery.delivery };
      yield { message: fromQueue(delivery), user: delivery.user, position };
    }
  }
}

/** What is over, newest first, but for what was given up and waits again. */
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

/** Everything from a position on, newest first: what waits, then what the history holds. */
async function* candidates(sources: MessageSources, query: MessageQuery): AsyncGenerator<Candidate> {
  const from = query.before === undefined ? undefined : positionOf(query.before);
  const mayWait = query.status === undefined || query.status === 'queued';
  if (mayWait && from?.in !== 'history') yield* waiting(sources, query, from?.delivery);
  yield* finished(sources, query, from?.in === 'history' ? from : undefined);
}

/** Whether a message is one that the query asks for, as far as the index could not tell. */
function matcher({ source, text }: MessageQuery): (message: MessageRecord) => boolean {
  const wanted = text?.toLowerCase();
  return (message) => {
    if (source !== undefined && (message.source ?? null) !== source) return false;
    if (wanted === undefined) return true;
    const words = [message.title, message.text, message.source, message.error];
    return words.some((said) => said?.toLowerCase().includes(wanted));
  };
}

/** The same message in two lines: an id may be used again after a day, for another one. */
const keyOf = ({ message: { id, acceptedAt }, user }: Candidate) => `${acceptedAt} ${user} ${id}`;

/**
 * A page of messages, newest first. It may hold fewer than asked for while there is a next one, where a search had to
 * look through very many.
 *
 * @throws Problem `bad_field` for a `before` that no page had
 */
export async function listMessages(sources: MessageSources, query: MessageQuery): Promise<MessagePage> {
  const matches = matcher(query);
  const seen = new Set<string>();
  const messages: MessageRecord[] = [];
  let last: Position | undefined;
  let looked = 0;
  for await (const candidate of candidates(sources, query)) {
    looked += 1;
    // A message that failed and was sent again later may stand there twice; the later line counts.
    const isNew = !seen.has(keyOf(candidate)) && matches(candidate.message);
    const full = messages.length === query.limit;
    if (last !== undefined && ((full && isNew) || looked > MOST_LOOKED_AT)) return { messages, next: wordOf(last) };
    if (isNew) {
      seen.add(keyOf(candidate));
      messages.push(query.whose === 'all' ? { ...candidate.message, user: candidate.user } : candidate.message);
    }
    last = candidate.position;
  }
  return { messages, next: null };
}
