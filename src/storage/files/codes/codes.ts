/** The codes that `/start` gives out: `pending_codes.json`, of the documented shape. */
import { randomInt as cryptoRandomInt } from 'node:crypto';
import { join } from 'node:path';
import { Problem } from '../../../core/problem.ts';
import type { Chat, Codes } from '../../ports.ts';
import { chatOf, type Entries, isWhole } from '../entries.ts';
import { createOneTimeTokens } from './one-time.ts';

export interface CodesOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A whole number from 0 to below `limit` that cannot be predicted; node:crypto's by default. */
  readonly randomInt?: (limit: number) => number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

const CODES = 1_000_000;
/** With a hundredth of all codes taken, a thousand misses in a row mean that something else is wrong. */
const MOST_DRAWS = 1_000;

function drawCode(taken: Entries, randomInt: (limit: number) => number): string {
  for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
    const code = String(randomInt(CODES)).padStart(6, '0');
    if (!taken.has(code)) return code;
  }
  throw new Problem('too_many_codes', 'No free link code was found; try again in ten minutes.');
}

/** Opens the codes; touches nothing until first asked. */
export function createCodes({ dataDir, now, randomInt = cryptoRandomInt, onProblem }: CodesOptions): Codes {
  const pending = createOneTimeTokens<Chat>({
    path: join(dataDir, 'pending_codes.json'),
    now,
    ...(onProblem === undefined ? {} : { onProblem }),
    read: ({ chat_id: id, chat, thread_id }) => (isWhole(id) ? chatOf(id, chat, thread_id) : undefined),
    write: ({ id, type, name, threadId }) => ({
      chat_id: id,
      ...(threadId !== undefined && { thread_id: threadId }),
      chat: { type, name },
    }),
    ownerOf: ({ id }) => id,
  });
  return {
    async issue(chat) {
      const { key, expiresAt } = await pending.add(chat, (taken) => drawCode(taken, randomInt));
      return { code: key, expiresAt };
    },
    redeem: (code) => pending.take(code),
    check: () => pending.check(),
  };
}
