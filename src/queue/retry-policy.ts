/**
 * How long a delivery is tried before it is given up, in milliseconds: the day that Telegram may be away, and an hour,
 * so that one that comes back after exactly a day still finds everything.
 */
export const GIVE_UP_AFTER_MS = 25 * 3_600_000;
/** More than the longest wait and the longest upload together; what is longer was not spent trying. */
const LONGEST_TRY_MS = 30 * 60_000;

const FIRST_WAIT_MS = 1000;
/** A minute at most, so that whoever comes back is noticed within one. */
const LONGEST_WAIT_MS = 60_000;

/**
 * The wait before the next attempt: 1, 2, 4, … 60 s, each cut by up to half at random, so that many who failed at
 * once don't come back at once.
 *
 * @param attempts failed so far, at least 1
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoff(attempts: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20));
  return full * (1 - random / 2);
}

/**
 * How long a delivery has been tried, after an attempt that failed. Time in which the service was off, or by which
 * the clock was set, is not trying.
 *
 * @param before how long until the attempt before, ms
 * @param lastAt when that attempt failed, ISO 8601, or nothing for the first
 * @param now ms
 */
export function triedFor(before: number, lastAt: string | undefined, now: number): number {
  if (lastAt === undefined) return before;
  const since = now - Date.parse(lastAt);
  return before + Math.min(LONGEST_TRY_MS, Math.max(0, since));
}

/** Whether a delivery that was tried so long, and failed again, is given up. @param tried ms */
export function isOver(tried: number): boolean {
  return tried >= GIVE_UP_AFTER_MS;
}

/** Two chats told to wait this close together, in milliseconds, mean that the bot as a whole is too fast. */
const TOGETHER_MS = 2000;

/** Tells from the chats that were told to wait whether all should. */
export function createCrowdWatch(): (chatId: number, now: number) => boolean {
  let last: { chatId: number; at: number } | undefined;
  return (chatId, now) => {
    const crowded = last !== undefined && last.chatId !== chatId && now - last.at <= TOGETHER_MS;
    last = { chatId, at: now };
    return crowded;
  };
}
