import type { Account } from '../../core/account.ts';
import { inScope, type OwnerScope } from '../../core/scope.ts';
import type { FeedEvent, Follower } from '../../core/views/feed-event.ts';

/**
 * The numbered log of events behind `GET /events`. It keeps the newest events in memory, so that a follower whose
 * connection broke for a moment misses none. A follower that was away for longer, or across a restart, gets `gap`.
 */
export interface EventLog {
  /**
   * Appends an event and hands it to the followers of its account and to those of all accounts.
   * @throws what a follower threw, after every other follower got the event
   */
  append(name: FeedEvent['name'], account: Account, data: Readonly<Record<string, unknown>>): void;
  /**
   * Hands a follower every event after `since` and all that follow.
   * @param since the number of the last event that the follower has, or `undefined` to begin with the next one
   * @returns a function that ends the subscription
   */
  subscribe(whose: OwnerScope, since: number | undefined, follower: Follower): () => void;
  /** The number of the newest event. */
  last(): number;
  /** How many subscriptions there are. */
  followers(): number;
}

/** An event and the account it concerns. */
interface Kept {
  readonly event: FeedEvent;
  readonly account: Account;
}

/** At most this many events are kept, and this many characters of their data. */
const MOST_EVENTS = 1000;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/**
 * Creates an empty log.
 *
 * @param now milliseconds since the epoch; numbers derive from it, so that they keep rising after a restart
 */
export function createEventLog(now: () => number, most = MOST_EVENTS, mostCharacters = MOST_CHARACTERS): EventLog {
  /** Subscriptions by user; those to all accounts are under `undefined`. */
  const following = new Map<string | undefined, Set<{ readonly whose: OwnerScope; readonly follower: Follower }>>();
  let kept: Kept[] = [];
  let characters = 0;
  let newest = Math.floor(now());
  /** The number of the newest event that was dropped. */
  let forgotten = newest;

  function keep(one: Kept): void {
    kept.push(one);
    characters += one.event.data.length;
    let first = 0;
    for (; kept.length - first > most || characters > mostCharacters; first += 1) {
      characters -= kept[first]?.event.data.length ?? 0;
      forgotten = kept[first]?.event.number ?? forgotten;
    }
    if (first > 0) kept = kept.slice(first);
  }

  return {
    append(name, account, data) {
      newest = Math.max(Math.floor(now()), newest + 1);
      const event = { number: newest, name, data: JSON.stringify(data) };
      keep({ event, account });
      const failures: unknown[] = [];
      const hand = (follower: Follower) => {
        try {
          follower(event);
        } catch (failure) {
          failures.push(failure);
        }
      };
      for (const key of [account.user, undefined]) {
        for (const { whose, follower } of following.get(key) ?? []) if (inScope(whose, account)) hand(follower);
      }
      if (failures.length > 0) throw failures[0];
    },
    subscribe(whose, since, follower) {
      if (since !== undefined) {
        if (since < forgotten || since > newest) follower({ number: newest, name: 'gap', data: '{}' });
        for (const { event, account } of kept) {
          if (event.number > since && since >= forgotten && inScope(whose, account)) follower(event);
        }
      }
      const key = whose === 'all' ? undefined : whose.user;
      const own = following.get(key) ?? new Set();
      const entry = { whose, follower };
      following.set(key, own.add(entry));
      return () => {
        own.delete(entry);
        if (own.size === 0 && following.get(key) === own) following.delete(key);
      };
    },
    last: () => newest,
    followers: () => [...following.values()].reduce((sum, { size }) => sum + size, 0),
  };
}
