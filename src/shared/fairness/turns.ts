/** What waits, of several parties that take turns: each keeps its own order, and none waits for all of another's. */
export interface Turns<T, Party = string> {
  /** Puts an item behind those of its party; a party without any takes the last turn of the round. */
  add(party: Party, item: T): void;
  /** What `take` would take. */
  peek(): T | undefined;
  /** Takes the first item of the party whose turn it is, of those that may. @param may every party unless given */
  take(may?: (party: Party) => boolean): T | undefined;
  /** Takes the first item of a party off that matches, wherever it stands. @returns whether there was one */
  remove(party: Party, matches: (item: T) => boolean): boolean;
  /** Takes everything, in turns. */
  takeAll(): T[];
  size(): number;
  /** Whether one of the party waits. */
  has(party: Party): boolean;
  /** How many parties wait. */
  parties(): number;
}

interface Waiting<T> {
  items: T[];
  /** Where the first item that waits stands in `items`. */
  head: number;
}

/** Takes the first item off; the list is copied now and then, so that a long one costs no copy an item. */
function shift<T>(waiting: Waiting<T>): T | undefined {
  const item = waiting.items[waiting.head];
  waiting.head += 1;
  if (waiting.head * 2 > waiting.items.length) {
    waiting.items = waiting.items.slice(waiting.head);
    waiting.head = 0;
  }
  return item;
}

/** Nobody waits. */
export function createTurns<T, Party = string>(): Turns<T, Party> {
  // In the order of their turns.
  const parties = new Map<Party, Waiting<T>>();
  let size = 0;

  function take(may: (party: Party) => boolean = () => true): T | undefined {
    for (const [party, waiting] of parties) {
      if (!may(party)) continue;
      const item = shift(waiting);
      size -= 1;
      parties.delete(party);
      if (waiting.items.length > waiting.head) parties.set(party, waiting);
      return item;
    }
    return undefined;
  }

  return {
    add(party, item) {
      const waiting = parties.get(party);
      if (waiting === undefined) parties.set(party, { items: [item], head: 0 });
      else waiting.items.push(item);
      size += 1;
    },
    peek() {
      const [first] = parties.values();
      return first?.items[first.head];
    },
    take,
    remove(party, matches) {
      const waiting = parties.get(party);
      const at = waiting?.items.findIndex((item, place) => place >= waiting.head && matches(item)) ?? -1;
      if (waiting === undefined || at < 0) return false;
      waiting.items.splice(at, 1);
      size -= 1;
      if (waiting.items.length === waiting.head) parties.delete(party);
      return true;
    },
    takeAll() {
      const all: T[] = [];
      for (let left = size; left > 0; left -= 1) all.push(take() as T);
      return all;
    },
    size: () => size,
    has: (party) => parties.has(party),
    parties: () => parties.size,
  };
}
