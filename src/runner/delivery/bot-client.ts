/**
 * Posts notifications to the bot, one after the other, so that they arrive in order.
 *
 * After the first answer that shows the bot to be unavailable, a client posts nothing more: the rest of the run's
 * notifications wait for the next run.
 */
import { Problem } from '../../core/problem.ts';
import type { SocketClient } from '../../shared/http/socket-client.ts';
import { createSerializer } from '../../shared/process/serialize.ts';
import type { RefusedDestination, SubmitResult } from '../outcomes.ts';
import { type CheckedAttachments, checkAttachments } from './attachments.ts';
import { alertAnswerOf, type SubmitAnswer, submitAnswerOf } from './bot-answer.ts';
import {
  type AlertRequest,
  alertRequestOf,
  type BotRequest,
  botRequestsOf,
  type OutgoingNotification,
} from './bot-requests.ts';

export interface BotClient {
  /** Posts a notification with those of its files that can be sent. Never rejects. */
  post(notification: OutgoingNotification, attachments: CheckedAttachments): Promise<SubmitResult>;
  /** Tells that a script has run well; the next beat of the runner repeats it. Never rejects. */
  beat(body: object): Promise<void>;
  close(): Promise<void>;
}

/** How long the bot may take for an answer, beyond the wait for a delivery, ms. */
const ANSWER_MS = 15_000;

/**
 * @param options.wait how long the bot may delay its answer until the message is delivered, ms; 0 for an answer at once
 */
export function createBotClient(options: {
  readonly socketPath: string;
  readonly wait: number;
  /** Whether an earlier run may have posted the same ids; true unless given. */
  readonly again?: boolean;
  /** Aborts the request in progress. */
  readonly stop?: AbortSignal;
}): BotClient {
  const { socketPath, wait, again = true, stop } = options;
  const serialize = createSerializer();
  let client: SocketClient | undefined;
  let unavailable: SubmitResult | undefined;

  async function connect(): Promise<SocketClient> {
    const { createSocketClient } = await import('../../shared/http/socket-client.ts');
    return createSocketClient({ socketPath, timeoutMs: wait + ANSWER_MS });
  }

  /** @throws Problem `no_file` when a file disappeared after it was checked */
  async function request(one: BotRequest | AlertRequest): Promise<SubmitAnswer> {
    client ??= await connect();
    const requestOptions = stop ? { signal: stop } : {};
    try {
      if ('body' in one) return alertAnswerOf(await client.request('POST', one.path, one.body, requestOptions));
      const { path, fields, files } = one;
      const answer =
        files.length > 0
          ? await client.upload(path, fields, files, requestOptions)
          : await client.request('POST', path, fields, requestOptions);
      return submitAnswerOf(answer, again);
    } catch (error) {
      if (error instanceof Problem && error.code === 'no_file') throw error;
      return { kind: 'unavailable', failure: stop?.aborted ? { code: 'stopped' } : { code: 'problem', error } };
    }
  }

  /** @throws Problem as `request` */
  async function postAll(notification: OutgoingNotification, attachments: CheckedAttachments): Promise<SubmitResult> {
    const { unsendable } = attachments;
    const refused = new Map<string, RefusedDestination>();
    let answer: SubmitAnswer = { kind: 'accepted', status: 'queued', refused: [] };
    const alert = alertRequestOf(notification);
    for (const one of alert === undefined ? botRequestsOf(notification, attachments, wait) : [alert]) {
      answer = await request(one);
      if (answer.kind !== 'accepted') return answer;
      for (const refusal of answer.refused) refused.set(refusal.to, refusal);
    }
    return { ...answer, refused: [...refused.values()], unsendable };
  }

  async function attempt(notification: OutgoingNotification, attachments: CheckedAttachments): Promise<SubmitResult> {
    try {
      return await postAll(notification, attachments).catch(() =>
        postAll(notification, checkAttachments(notification.content.attachments)),
      );
    } catch (error) {
      return { kind: 'refused', failure: { code: 'problem', error } };
    }
  }

  return {
    post: (notification, attachments) =>
      serialize(async () => {
        const result = unavailable ?? (await attempt(notification, attachments));
        if (result.kind === 'unavailable') unavailable = result;
        return result;
      }),
    async beat(body) {
      if (unavailable !== undefined) return;
      const { postBeat } = await import('./post-beat.ts');
      await postBeat(socketPath, body);
    },
    async close() {
      await client?.close();
    },
  };
}
