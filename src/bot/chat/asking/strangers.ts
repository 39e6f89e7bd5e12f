/**
 * Answers to chats that are not linked: anybody in Telegram can ask for them.
 *
 * Promises: they get so many a second in all, and those that come at once wait for a while; a chat gets one in an interval,
 * and a newcomer's first commands are answered faster, since linking takes some. What is over that is not handled at all.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** How much strangers are answered. */
export interface StrangerLimits {
  /** Answers a second to all of them. */
  readonly perSecond: number;
  /** How long an answer may have to wait for that, in milliseconds; what would wait longer is not answered. */
  readonly longestWaitMs: number;
  /** The time in which a chat gets one answer, in milliseconds. */
  readonly intervalMs: number;
  /** Commands of a newcomer that are answered faster. */
  readonly firstCommands: number;
}

/** A sixth of Telegram's rate, and a class of newcomers who all begin with `/start` at once. */
export const STRANGER_LIMITS: StrangerLimits = {
  perSecond: 5,
  longestWaitMs: 20_000,
  intervalMs: 20_000,
  firstCommands: 10,
};

/** Chats that are remembered; the one that was heard of first is forgotten first. */
const MOST_CHATS = 10_000;

/** What a chat asks with: a command, or words that are none. */
export type Question = 'command' | 'words';

/** @see createStrangers */
export interface Strangers {
  /** Whether a chat that is not linked gets an answer, and counts it; resolves when the answer may be made. */
  admit(chatId: number, question: Question): Promise<boolean>;
}

/** What is left to a chat. */
interface Rest {
  readonly answers: number;
  /** When that was so. */
  readonly at: number;
  /** When words may be answered again. */
  readonly wordsAt: number;
}

/**
 * Nobody has asked yet.
 *
 * @param clock milliseconds that never go back
 * @param stopping ends the waits
 */
export function createStrangers(limits: StrangerLimits, clock: () => number, stopping: AbortSignal): Strangers {
  const { perSecond, longestWaitMs, intervalMs, firstCommands } = limits;
  const chats = new Map<number, Rest>();
  let nextAt = Number.NEGATIVE_INFINITY;

  function restOf(chatId: number, now: number): Rest {
    const known = chats.get(chatId);
    if (known === undefined) return { answers: firstCommands, at: now, wordsAt: now };
    return { ...known, answers: Math.min(firstCommands, known.answers + (now - known.at) / intervalMs), at: now };
  }

  function remember(chatId: number, rest: Rest): void {
    const [oldest] = chats.keys();
    if (chats.size >= MOST_CHATS && oldest !== undefined && !chats.has(chatId)) chats.delete(oldest);
    chats.set(chatId, rest);
  }

  return {
    async admit(chatId, question) {
      const now = clock();
      const { answers, wordsAt } = restOf(chatId, now);
      const at = Math.max(now, nextAt);
      if (answers < 1 || (question === 'words' && wordsAt > now) || at > now + longestWaitMs) return false;
      nextAt = at + 1000 / perSecond;
      remember(chatId, {
        answers: answers - 1,
        at: now,
        wordsAt: question === 'words' ? now + intervalMs : wordsAt,
      });
      if (at > now) await sleep(at - now, undefined, { signal: stopping }).catch(() => {});
      return true;
    },
  };
}
