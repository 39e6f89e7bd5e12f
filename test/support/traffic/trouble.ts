import type { FaultRule } from '../../../src/sandbox/faults.ts';
import type { Random } from '../random.ts';
import type { Ground, Person } from './ground.ts';

/** Telegram at its worst. */
export interface Trouble {
  /** Ends it: Telegram is itself again, but for who blocked the bot. */
  stop(): void;
  /** How many answers were dropped after the call had been done. */
  lostAnswers(): number;
  /** Lets everybody who blocked the bot have it back. @returns who that was */
  forgive(): readonly Person[];
}

/** Milliseconds between two failures. */
const EVERY_MS = 60;
/** One of this many is a person who blocks the bot; each may do so once. */
const BLOCKS = 100;

const FAULTS: readonly [FaultRule['answer'], ...FaultRule['answer'][]] = [
  { error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
  { error_code: 500, description: 'Internal Server Error' },
  'garbage',
  'half-json',
  'reset',
  'accept-then-reset',
  'slow',
  'hang',
];

/** Lets Telegram fail, now for one chat, now for the next call. @param everyMs milliseconds between two failures */
export function createTrouble({ sandbox, people }: Ground, random: Random, everyMs = EVERY_MS): Trouble {
  let lostAnswers = 0;
  // For a chat that blocks the bot every failure is recorded; half of the chats never block it, so that much arrives.
  const fickle = people.slice(people.length / 2);
  const blocked: Person[] = [];
  const timer = setInterval(() => {
    if (random.below(BLOCKS) === 0) {
      const person = fickle.pop();
      if (person === undefined) return;
      blocked.push(person);
      sandbox.block(person.chatId);
      return;
    }
    const answer = random.pick(FAULTS);
    const chatId = people[random.below(people.length * 2)]?.chatId;
    if (answer === 'accept-then-reset') lostAnswers += 1;
    sandbox.fail({ answer, ms: 300, ...(chatId === undefined ? {} : { chatId }) });
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      sandbox.clearFaults();
    },
    lostAnswers: () => lostAnswers,
    forgive() {
      for (const { chatId } of blocked) sandbox.restore(chatId);
      return blocked;
    },
  };
}
