import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../../src/core/problem.ts';
import type { SocketAnswer } from '../../../src/shared/http/socket-client.ts';
import { whyNoOwnEtc } from '../../support/host/own-etc.ts';
import type { Ground } from '../../support/traffic/ground.ts';

/** Somebody who links a chat again and again, as two accounts at once each time; one of the two may win. */
export interface Newcomer {
  readonly chatId: number;
  /** `/start` and `/help` said so far. */
  readonly said: { start: number; help: number };
  /** Every code used, with the accounts that tried it and those that were told they are linked. */
  readonly tried: readonly Tried[];
  /** Goes on until then; the round in hand is finished. @throws Error when it does not end */
  stop(): Promise<void>;
}

/** A code, and who tried it. */
export interface Tried {
  readonly code: string;
  readonly users: readonly string[];
  readonly linked: readonly string[];
  /** What each was answered in the end, and after how many answers that were lost or put off. */
  readonly answers: readonly string[];
}

const CODE = /Your code is (\d{6})/;
/** Much longer than the ten seconds after which a dead lock is taken over. */
const PATIENCE_MS = 100_000;

/** Asks until somebody answers. */
async function ask(
  ground: Ground,
  path: string,
  body: object,
): Promise<{ readonly answer: SocketAnswer; readonly before: readonly string[] }> {
  const before: string[] = [];
  for (;;) {
    try {
      const answer = await ground.client.request('POST', path, body);
      if (answer.status !== 503) return { answer, before };
      before.push(JSON.stringify(answer.body));
    } catch (error) {
      if (!(error instanceof Problem) || !['no_service', 'connection_lost'].includes(error.code)) throw error;
      before.push(error.code);
    }
    await sleep(10);
  }
}

/** What the chat was answered that fits, newest last. */
export function answersIn({ sandbox }: Ground, chatId: number, pattern: RegExp): string[] {
  return sandbox.messages(chatId).flatMap(({ text }) => pattern.exec(text ?? '')?.slice(-1) ?? []);
}

/** Says it, and waits for an answer to it that fits, or for a plea to say it again, which is followed. */
async function converse(ground: Ground, chatId: number, words: string, pattern: RegExp, count: () => void) {
  const { sandbox } = ground;
  for (;;) {
    const seen = sandbox.messages(chatId).length;
    count();
    sandbox.say(chatId, words);
    for (;;) {
      const fresh = sandbox.messages(chatId).slice(seen);
      const found = fresh.findLast(({ text }) => pattern.test(text ?? ''));
      if (found !== undefined) return found.text ?? '';
      if (fresh.some(({ text }) => SAY_AGAIN.test(text ?? ''))) break;
      await sleep(10);
    }
  }
}

/** What the service says of an update that it could not handle. */
export const SAY_AGAIN = /send it again/;
export const HELP = /Notifications of/;

/** Pairs of accounts, drawn one after the other. */
const PAIRS = 4_000;
const pairOf = (n: number) => [`left${n % PAIRS}`, `right${n % PAIRS}`] as const;
/** What a ground's host needs for its newcomers. */
export const NEWCOMERS: readonly string[] = Array.from({ length: PAIRS }, (_, n) => pairOf(n)).flat();
/** Why there can be none here; `undefined` where they can. */
export const NO_NEWCOMERS = whyNoOwnEtc();
const drawn = new WeakMap<Ground, number>();

function drawPair(ground: Ground): readonly string[] {
  const n = drawn.get(ground) ?? 0;
  drawn.set(ground, n + 1);
  return pairOf(n);
}

/** Sets somebody to work in a chat of their own. */
export function startNewcomer(ground: Ground, chatId: number): Newcomer {
  const said = { start: 0, help: 0 };
  const tried: Tried[] = [];
  let going = true;

  async function round(): Promise<void> {
    const answer = await converse(ground, chatId, '/start', CODE, () => {
      said.start += 1;
    });
    const code = CODE.exec(answer)?.[1] ?? '';
    const users = drawPair(ground);
    const answers = await Promise.all(users.map((user) => ask(ground, '/link', { user, code })));
    const linked = users.filter((_, i) => answers[i]?.answer.status === 200);
    const told = answers.map(({ answer, before }) => JSON.stringify([...new Set(before), answer.status, answer.body]));
    tried.push({ code, users, linked, answers: told });
    await converse(ground, chatId, '/help', HELP, () => {
      said.help += 1;
    });
  }

  async function live(): Promise<void> {
    while (going) await round();
  }

  const life = live();
  life.catch(() => {});
  return {
    chatId,
    said,
    tried,
    async stop() {
      going = false;
      const overdue = sleep(PATIENCE_MS, true);
      if (await Promise.race([life, overdue])) throw new Error(`chat ${chatId} got no answer: ${JSON.stringify(said)}`);
    },
  };
}
