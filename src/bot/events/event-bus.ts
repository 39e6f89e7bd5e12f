import type { Account } from '../../core/account.ts';
import { inScope, type OwnerScope } from '../../core/scope.ts';
import type { FeedEvent, Follower } from '../../core/views/feed-event.ts';

/**
 * What happens, told to whoever follows it. The newest events are kept for a follower who was away for a moment; in
 * memory, and bounded: who was away for longer, or across a restart, is told that there is a gap.
 */
export interface EventBus {
  /** Tells the followers of an account, and of all. */
  publish(name: FeedEvent['name'], account: Account, data: Readonly<Record<string, unknown>>): void;
  /** Tells what comes, after what came since an event's number. @returns how to end it */
  subscribe(whose: OwnerScope, since: number | undefined, follower: Follower): () => void;
  /** The number of the newest event. */
  last(): number;
  /** How many subscribers there are. */
  followers(): number;
}

/** An event, and whose it is. */
interface Kept {
  readonly event: FeedEvent;
  readonly account: Account;
}

/** What is kept: events, and characters of them. */
const MOST_EVENTS = 1000;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** Nothing has happened yet. @param now milliseconds since the epoch, so that numbers go on rising after a restart */
export function createEventBus(now: () => number, most = MOST_EVENTS, mostCharacters = MOST_CHARACTERS): EventBus {
  /** By user, and under `undefined` those of all. */
  const following = new Map<string | undefined, Set<{ readonly whose: OwnerScope; readonly follower: Follower }>>();
  let kept: Kept[] = [];
  let characters = 0;
  let newest = Math.floor(now());
  /** The newest that is kept no more. */
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
    publish(name, account, data) {
      newest = Math.max(Math.floor(now()), newest + 1);
      const event = { number: newest, name, data: JSON.stringify(data) };
      keep({ event, account });
      for (const key of [account.user, undefined]) {
        for (const { whose, follower } of following.get(key) ?? []) if (inScope(whose, account)) follower(event);
      }
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
