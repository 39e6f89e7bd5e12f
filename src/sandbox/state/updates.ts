/**
 * The queue of updates and its long polls. https://core.telegram.org/bots/api#getupdates
 *
 * An update stays for 24 hours, or until a poll asks for a higher one. A poll whose offset lies more than 10 above the
 * next id is "in the future": it gets the oldest updates, and confirms none. That happens to a bot that kept its offset
 * while Telegram drew a new first id. Of two concurrent polls the earlier gets 409; so does every poll while a webhook
 * is set.
 */
import { createConflicts } from './conflicts.ts';

const KEPT_MS = 24 * 3_600_000;
/** How far above the next id an offset may lie; `TQueue::get` in tdlib/td. */
const FUTURE = 10;
const OTHER_POLL = 'terminated by other getUpdates request; make sure that only one bot instance is running';
const WEBHOOK_SET = 'terminated by setWebhook request';
const WEBHOOK_ACTIVE =
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
/** Sent only to bots that request them. https://core.telegram.org/bots/api#getupdates */
const ON_REQUEST = ['chat_member', 'message_reaction', 'message_reaction_count'];

/** An update with its number. */
interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

/** The parameters of a poll. */
interface Poll {
  /** 0 for all updates; negative: only that many of the last, the others are forgotten. */
  readonly offset: number;
  readonly limit: number;
  /** Milliseconds to wait for an update. */
  readonly timeout: number;
  /** Kinds sent from now on; `undefined` keeps the previous choice. */
  readonly allowed?: readonly string[];
}

/** @see createUpdates */
export interface Updates {
  /** Queues an update with the next number, or drops it if the bot excludes its kind. @returns its number */
  push(update: object): number;
  /** @throws ApiError 409 when another poll replaces it, and while a webhook is set */
  poll(poll: Poll, signal: AbortSignal): Promise<readonly Update[]>;
  /** Number of unconfirmed updates. */
  pending(): number;
  /** Drops all updates. */
  clear(): void;
  /** Gives the next update this id, as Telegram draws a new one after a week without updates. */
  drawFirstId(id: number): void;
  /** Sets the address of a webhook, or removes it with an empty one. */
  setWebhook(url: string): void;
  /** The webhook's address; empty when there is none. */
  webhook(): string;
  /** Ends the waiting poll without updates. */
  close(): void;
}

interface Waiting {
  readonly poll: Poll;
  readonly finish: (updates: readonly Update[]) => void;
  readonly fail: (error: unknown) => void;
}

/** Creates an empty queue. @param conflictDelay milliseconds */
export function createUpdates(now: () => number, conflictDelay: number): Updates {
  let queue: { readonly at: number; readonly update: Update }[] = [];
  let nextId = 1;
  let allowed: readonly string[] = [];
  let waiting: Waiting | undefined;
  let webhook = '';
  const conflicts = createConflicts(conflictDelay);

  function wanted(update: object): boolean {
    const kinds = Object.keys(update).filter((key) => key !== 'update_id');
    if (allowed.length > 0) return kinds.some((kind) => allowed.includes(kind));
    return !kinds.some((kind) => ON_REQUEST.includes(kind));
  }

  function take({ offset, limit }: Poll): readonly Update[] {
    const oldest = now() - KEPT_MS;
    const confirmed = offset > nextId + FUTURE ? 0 : offset;
    queue = queue.filter(({ at, update }) => at >= oldest && (confirmed <= 0 || update.update_id >= confirmed));
    if (offset < 0) queue = queue.slice(offset);
    return queue.slice(0, limit).map((entry) => entry.update);
  }

  function wait(poll: Poll, signal: AbortSignal): Promise<readonly Update[]> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        if (waiting === self) waiting = undefined;
      };
      const self: Waiting = {
        poll,
        finish(updates) {
          settle();
          resolve(updates);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      const leave = () => self.finish([]);
      const timer = setTimeout(leave, poll.timeout);
      signal.addEventListener('abort', leave, { once: true });
      waiting = self;
    });
  }

  return {
    push(update) {
      const id = nextId++;
      if (!wanted(update)) return id;
      queue.push({ at: now(), update: { ...update, update_id: id } });
      if (waiting !== undefined) waiting.finish(take(waiting.poll));
      return id;
    },
    async poll(poll, signal) {
      if (webhook !== '') throw await conflicts.next(WEBHOOK_ACTIVE);
      if (poll.allowed !== undefined) allowed = poll.allowed;
      const updates = take(poll);
      if (updates.length > 0 || poll.timeout <= 0 || signal.aborted) return updates;
      const earlier = waiting;
      const answer = wait(poll, signal);
      if (earlier !== undefined) void conflicts.next(OTHER_POLL).then(earlier.fail);
      return await answer;
    },
    pending: () => queue.length,
    clear: () => {
      queue = [];
    },
    drawFirstId(id) {
      nextId = id;
    },
    setWebhook(url) {
      webhook = url;
      const earlier = waiting;
      if (url === '' || earlier === undefined) return;
      waiting = undefined;
      void conflicts.next(WEBHOOK_SET).then(earlier.fail);
    },
    webhook: () => webhook,
    close() {
      waiting?.finish([]);
      conflicts.close();
    },
  };
}
