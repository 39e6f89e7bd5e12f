/**
 * Telegram's rate limits: about 30 messages a second in all, one a second a chat with short bursts, 20 a minute a
 * group. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */

const PER_SECOND = 30;
const GROUP_PER_MINUTE = 20;
/** Messages a chat may receive in a burst: one, and three on credit. */
const CHAT_BURST = 4;
/** Tolerance: messages that are sent evenly may arrive a few ms closer together. */
const JITTER_MS = 50;
/** Number of chats from which idle ones are forgotten. */
const CHATS_KEPT = 10_000;

/** Counts sent messages. */
export interface Rates {
  /**
   * Counts `count` messages to a chat if the limits permit them.
   * @returns 0, or the seconds to wait (at least 1) if none were counted
   */
  take(chatId: number, count: number, now: number): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Times of counted messages, oldest first. */
function createWindow(most: number, length: number) {
  let times: number[] = [];
  return {
    /** Milliseconds until `count` more are permitted; 0 for now. */
    wait(count: number, now: number): number {
      times = times.filter((time) => time > now - length);
      const over = times.length + count - most;
      if (over <= 0) return 0;
      return (times[Math.min(over, times.length) - 1] ?? now) + length - now;
    },
    add(count: number, now: number): void {
      for (let index = 0; index < count; index++) times.push(now);
    },
    idle: (now: number) => (times.at(-1) ?? Number.NEGATIVE_INFINITY) <= now - length,
  };
}

type Window = ReturnType<typeof createWindow>;

/** Creates rate limits without any counted messages. */
export function createRates(): Rates {
  const all = createWindow(PER_SECOND, 1000 - JITTER_MS);
  const buckets = new Map<number, Bucket>();
  const groups = new Map<number, Window>();

  function forgetIdle(now: number): void {
    if (buckets.size < CHATS_KEPT) return;
    for (const [id, bucket] of buckets) if (bucket.tokens + (now - bucket.at) / 1000 >= CHAT_BURST) buckets.delete(id);
    for (const [id, group] of groups) if (group.idle(now)) groups.delete(id);
  }

  function bucketOf(chatId: number, now: number): Bucket {
    let bucket = buckets.get(chatId);
    if (bucket === undefined) {
      forgetIdle(now);
      bucket = { tokens: CHAT_BURST, at: now };
      buckets.set(chatId, bucket);
    }
    bucket.tokens = Math.min(CHAT_BURST, bucket.tokens + (now - bucket.at) / 1000);
    bucket.at = now;
    return bucket;
  }

  function groupOf(chatId: number): Window {
    let group = groups.get(chatId);
    if (group === undefined) {
      group = createWindow(GROUP_PER_MINUTE, 60_000 - JITTER_MS);
      groups.set(chatId, group);
    }
    return group;
  }

  return {
    take(chatId, count, now) {
      const bucket = bucketOf(chatId, now);
      const group = chatId < 0 ? groupOf(chatId) : undefined;
      // An album is accepted as soon as one message is permitted; the chat then waits for all of them.
      const missing = (1 - bucket.tokens) * 1000 - JITTER_MS;
      const wait = Math.max(missing, all.wait(count, now), group?.wait(count, now) ?? 0);
      if (wait > 0) return Math.max(1, Math.ceil(wait / 1000));
      bucket.tokens -= count;
      all.add(count, now);
      group?.add(count, now);
      return 0;
    },
  };
}
