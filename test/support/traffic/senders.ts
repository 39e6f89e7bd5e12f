import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../../src/core/problem.ts';
import type { SocketAnswer } from '../../../src/shared/http/socket-client.ts';
import type { Random } from '../random.ts';
import type { Ground, Person } from './ground.ts';
import { type Draft, draftOf, markOf, type Shelf } from './messages.ts';

/** What the service said of a notification. */
export interface Receipt {
  readonly id: string;
  readonly status: string;
  readonly messageIds: readonly number[];
}

/** A notification that was posted, and its outcome. */
export interface Posted {
  readonly person: Person;
  /** Counts up within a person's. */
  readonly number: number;
  readonly draft: Draft;
  /** The sender's own id, or none. */
  readonly id: string | undefined;
  /** Set when it was accepted: answered with 200 or 202, or with 422 once Telegram had refused it. */
  receipt?: Receipt;
  /** How often it was posted. */
  tries: number;
}

/** People who send, one notification after the other each. */
export interface Senders {
  readonly posted: readonly Posted[];
  /** How often it was refused for the moment, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Lets each finish the one in hand. */
  stop(): Promise<void>;
}

/** What a person, or a program, would try again: the service is full, busy or stopping. */
const PASSING = [429, 503];

/** @returns nothing for a refusal that passes @throws Error for an answer that nothing sent here should get */
function receiptOf({ status, body }: SocketAnswer): Receipt | undefined {
  if (PASSING.includes(status)) return undefined;
  const { id, status: word, message_ids: messageIds = [] } = body as Answered;
  if (status === 422 && id !== undefined) return { id, status: 'failed', messageIds };
  if ((status === 200 || status === 202) && id !== undefined && word !== undefined) {
    return { id, status: word, messageIds };
  }
  throw new Error(`answered ${status} with ${JSON.stringify(body)}`);
}

interface Answered {
  readonly id?: string;
  readonly status?: string;
  readonly message_ids?: readonly number[];
}

/** Posts a notification. @returns nothing when the connection broke, or nobody answered */
export async function post({ client }: Ground, posted: Posted, wait: number): Promise<SocketAnswer | undefined> {
  const { draft, person, id } = posted;
  const fields = { ...draft.fields, user: person.user, wait, id };
  posted.tries += 1;
  try {
    if (draft.files.length === 0) return await client.request('POST', draft.path, fields);
    return await client.upload(draft.path, fields, draft.files);
  } catch (error) {
    if (error instanceof Problem && ['no_service', 'connection_lost'].includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * Sets everybody to work.
 *
 * @param options.most how many may be on their way at most, by what has arrived
 * @param options.pauseMs between two notifications of one person, on average
 */
export function startSenders(options: {
  readonly ground: Ground;
  readonly shelf: Shelf;
  readonly random: Random;
  readonly most: number;
  readonly pauseMs: number;
}): Senders {
  const { ground, shelf, most, pauseMs } = options;
  const posted: Posted[] = [];
  const refused = new Map<number, number>();
  let accepted = 0;
  let arrived = 0;
  let going = true;
  const forget = ground.sandbox.onMessage(() => {
    arrived += 1;
  });

  /** Posts it, and with an id of its own again and again until there is an answer. */
  async function handOver(one: Posted, wait: number): Promise<void> {
    for (;;) {
      const answer = await post(ground, one, wait);
      const receipt = answer === undefined ? undefined : receiptOf(answer);
      if (receipt !== undefined) {
        one.receipt = receipt;
        accepted += one.draft.marks.length;
        return;
      }
      if (answer !== undefined) refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
      if (one.id === undefined && answer === undefined) return;
      await sleep(10);
    }
  }

  async function send(person: Person, random: Random): Promise<void> {
    for (let number = 0; going; number += 1) {
      await sleep(random.next() * 2 * pauseMs);
      while (going && accepted - arrived > most) await sleep(20);
      const draft = draftOf((part) => markOf(person.chatId, number, part), shelf, random);
      const id = random.next() < 0.5 ? `${person.user}-${number}` : undefined;
      const one: Posted = { person, number, draft, id, tries: 0 };
      posted.push(one);
      await handOver(one, random.next() < 0.2 ? 2000 : 0);
    }
  }

  const all = Promise.all(ground.people.map((person) => send(person, options.random.named(person.user))));
  // The function that stops them rejects with it; until then it must not count as unhandled.
  all.catch(() => {});
  return {
    posted,
    refused,
    async stop() {
      going = false;
      await all;
      forget();
    },
  };
}
