/**
 * What may go next, and when: a decision over times handed in, without clock, file or network.
 *
 * Within a chat everything goes in the order it was added, one at a time. Between chats the one served longest ago
 * goes first. No more goes out than the far side's limits allow.
 */
import TinyQueue from 'tinyqueue';

/** The far side's limits. */
export interface Limits {
  /** Messages a second over all chats. */
  readonly perSecond: number;
  /** Messages a second to one chat, lasting. */
  readonly perChatPerSecond: number;
  /** Messages a chat may get at once before that rate holds. */
  readonly chatBurst: number;
  /** Messages to one group in `groupWindow`. */
  readonly perGroup: number;
  /** Milliseconds. */
  readonly groupWindow: number;
}

/**
 * Telegram's limits (about 30 a second in all, one a second a chat with short bursts, 20 a minute a group;
 * https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this), each kept with a margin of a few
 * per cent, since what leaves here evenly may arrive closer together.
 */
export const TELEGRAM_LIMITS: Limits = {
  perSecond: 29,
  perChatPerSecond: 0.98,
  chatBurst: 3,
  perGroup: 20,
  groupWindow: 61_000,
};

/** What waits in a lane. */
export interface Waiting {
  readonly delivery: string;
  /** Messages that its next step counts for. */
  cost: number;
}

/** The next move: start this one, look again at a time, or nothing waits at all. */
export type Next =
  | { readonly kind: 'go'; readonly chatId: number; readonly item: Waiting }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'idle' };

interface Lane {
  readonly chatId: number;
  items: Waiting[];
  /** Where the first waiting item stands in `items`. */
  head: number;
  busy: boolean;
  tokens: number;
  tokensAt: number;
  notBefore: number;
  /** Whether `notBefore` stems from a far side that could not be reached. */
  unreached: boolean;
  /** When it was served last, as a running number. */
  turn: number;
  /** Times of the messages of the last window; groups only. */
  recent: number[];
  /** Counts up whenever an entry in a queue goes stale. */
  version: number;
}

interface Entry {
  readonly lane: Lane;
  readonly version: number;
  readonly key: number;
  /** Settles ties: who was filed first goes first. */
  readonly order: number;
}

const byKey = (a: Entry, b: Entry): number => a.key - b.key || a.order - b.order;

/** @see createSchedule */
export interface Schedule {
  /** Puts a delivery at the end of its chat's lane. */
  add(chatId: number, item: Waiting, now: number): void;
  /** What may go at `now`. A `go` makes its chat busy until `finish` or `again`. */
  next(now: number): Next;
  /** The head of the chat's lane is done with, whatever came of it. */
  finish(chatId: number, now: number): void;
  /** The head of the chat's lane is to go again, not before `notBefore`. `unreached`: because nobody answered. */
  again(chatId: number, now: number, notBefore: number, unreached?: boolean): void;
  /** Nothing goes to the chat before `until`. */
  holdChat(chatId: number, until: number, now: number): void;
  /** Nothing goes anywhere before `until`. */
  holdAll(until: number): void;
  /** The far side answers again: whatever waited for that goes now. */
  reached(now: number): void;
  /** Counts messages that went out past this schedule, such as a command's answer. */
  spent(chatId: number, cost: number, at: number): void;
  /** The chat has another id now; does nothing while its head is under way. */
  move(from: number, to: number, now: number): void;
  /** How many deliveries wait or are under way. */
  size(): number;
}

/** Makes an empty schedule that keeps `limits`. */
export function createSchedule(limits: Limits): Schedule {
  const lanes = new Map<number, Lane>();
  const byTime = new TinyQueue<Entry>([], byKey);
  const byTurn = new TinyQueue<Entry>([], byKey);
  const spacing = 1000 / limits.perSecond;
  let globalAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let filings = 0;
  let total = 0;

  function laneOf(chatId: number, now: number): Lane {
    let lane = lanes.get(chatId);
    if (lane === undefined) {
      lane = {
        chatId,
        items: [],
        head: 0,
        busy: false,
        tokens: limits.chatBurst,
        tokensAt: now,
        notBefore: Number.NEGATIVE_INFINITY,
        unreached: false,
        turn: 0,
        recent: [],
        version: 0,
      };
      lanes.set(chatId, lane);
    }
    return lane;
  }

  function refill(lane: Lane, now: number): void {
    const gained = (Math.max(0, now - lane.tokensAt) / 1000) * limits.perChatPerSecond;
    lane.tokens = Math.min(limits.chatBurst, lane.tokens + gained);
    lane.tokensAt = Math.max(now, lane.tokensAt);
  }

  function eligibleAt(lane: Lane, cost: number, now: number): number {
    refill(lane, now);
    let at = lane.notBefore;
    if (lane.tokens < 1 - 1e-9) at = Math.max(at, lane.tokensAt + ((1 - lane.tokens) / limits.perChatPerSecond) * 1000);
    if (lane.chatId < 0) {
      const since = now - limits.groupWindow;
      while (lane.recent.length > 0 && (lane.recent[0] ?? 0) <= since) lane.recent.shift();
      const over = lane.recent.length + Math.min(cost, limits.perGroup) - limits.perGroup;
      if (over > 0) at = Math.max(at, (lane.recent[over - 1] ?? now) + limits.groupWindow);
    }
    return at;
  }

  function head(lane: Lane): Waiting | undefined {
    return lane.items[lane.head];
  }

  /** Files the lane anew under the time it may go next; older entries of it go stale. */
  function file(lane: Lane, now: number): void {
    lane.version += 1;
    const item = head(lane);
    if (item === undefined || lane.busy) return;
    filings += 1;
    byTime.push({ lane, version: lane.version, key: eligibleAt(lane, item.cost, now), order: filings });
  }

  function charge(lane: Lane, cost: number, at: number): void {
    refill(lane, at);
    lane.tokens -= cost;
    if (lane.chatId < 0) for (let i = 0; i < cost; i += 1) lane.recent.push(at);
    globalAt = Math.max(globalAt, at - spacing / 2) + spacing * cost;
  }

  function forgetIfIdle(lane: Lane, now: number): void {
    if (lane.busy || head(lane) !== undefined || lane.notBefore > now) return;
    if (eligibleAt(lane, 1, now) > now || lane.tokens < limits.chatBurst || lane.recent.length > 0) return;
    lanes.delete(lane.chatId);
  }

  /** Lanes that fell silent are dropped now and then, so that a year of chats costs no memory. */
  function sweep(now: number): void {
    for (const lane of lanes.values()) forgetIfIdle(lane, now);
  }

  function shift(lane: Lane): void {
    lane.head += 1;
    total -= 1;
    if (lane.head * 2 > lane.items.length) {
      lane.items = lane.items.slice(lane.head);
      lane.head = 0;
    }
  }

  function nextReady(now: number): Lane | undefined {
    for (let entry = byTime.peek(); entry !== undefined && entry.key <= now; entry = byTime.peek()) {
      byTime.pop();
      if (entry.version === entry.lane.version) byTurn.push({ ...entry, key: entry.lane.turn });
    }
    for (let entry = byTurn.peek(); entry !== undefined; entry = byTurn.peek()) {
      const { lane } = entry;
      if (entry.version === lane.version) {
        const at = eligibleAt(lane, head(lane)?.cost ?? 1, now);
        if (at <= now) return lane;
        byTime.push({ ...entry, key: at });
      }
      byTurn.pop();
    }
    return undefined;
  }

  function earliest(): number | undefined {
    for (let entry = byTime.peek(); entry !== undefined; entry = byTime.peek()) {
      if (entry.version === entry.lane.version) return entry.key;
      byTime.pop();
    }
    return undefined;
  }

  return {
    add(chatId, item, now) {
      const lane = laneOf(chatId, now);
      lane.items.push(item);
      total += 1;
      if (head(lane) === item) file(lane, now);
    },
    next(now) {
      if (total === 0) return { kind: 'idle' };
      const held = Math.max(heldUntil, globalAt);
      const lane = nextReady(now);
      const item = lane === undefined ? undefined : head(lane);
      if (lane === undefined || item === undefined) {
        const at = earliest();
        return at === undefined ? { kind: 'idle' } : { kind: 'wait', until: Math.max(at, held) };
      }
      if (held > now) return { kind: 'wait', until: held };
      byTurn.pop();
      lane.version += 1;
      lane.busy = true;
      turns += 1;
      lane.turn = turns;
      charge(lane, item.cost, now);
      if (turns % 4096 === 0) sweep(now);
      return { kind: 'go', chatId: lane.chatId, item };
    },
    finish(chatId, now) {
      const lane = laneOf(chatId, now);
      lane.busy = false;
      lane.unreached = false;
      shift(lane);
      file(lane, now);
    },
    again(chatId, now, notBefore, unreached = false) {
      const lane = laneOf(chatId, now);
      lane.busy = false;
      lane.notBefore = notBefore;
      lane.unreached = unreached;
      file(lane, now);
    },
    holdChat(chatId, until, now) {
      const lane = laneOf(chatId, now);
      lane.notBefore = Math.max(lane.notBefore, until);
      lane.unreached = false;
      file(lane, now);
    },
    holdAll(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    reached(now) {
      for (const lane of lanes.values()) {
        if (!lane.unreached) continue;
        lane.unreached = false;
        lane.notBefore = now;
        file(lane, now);
      }
    },
    spent(chatId, cost, at) {
      const lane = laneOf(chatId, at);
      charge(lane, cost, at);
    },
    move(from, to, now) {
      const old = lanes.get(from);
      if (old === undefined || old.busy || from === to) return;
      lanes.delete(from);
      old.version += 1;
      const lane = laneOf(to, now);
      // What waited under the old id is older than what was added under the new one, unless that is under way already.
      lane.items.splice(lane.busy ? lane.head + 1 : lane.head, 0, ...old.items.slice(old.head));
      file(lane, now);
    },
    size: () => total,
  };
}
