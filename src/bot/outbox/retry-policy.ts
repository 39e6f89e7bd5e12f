/** How long an attempt that failed is repeated before the delivery is given up: 24 h, in milliseconds. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

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

/** Whether an attempt that failed at `now` was the last one. @param tryingSince when the first one failed, ms */
export function isOver(tryingSince: number, now: number): boolean {
  return now - tryingSince >= GIVE_UP_AFTER_MS;
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
