/** Reads the bot's answer to a notification. Errors are distinguished by code and status, never by their sentence. */
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { problemIn } from '../../shared/api/error-answer.ts';
import type { SocketAnswer } from '../../shared/http/socket-client.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/json-object.ts';
import type { RefusedDestination, SubmitFailure, SubmitStatus } from '../outcomes.ts';

/** An answer to a notification. */
export type SubmitAnswer =
  | {
      readonly kind: 'accepted';
      readonly status: SubmitStatus;
      /** The reader's quiet hours or digest hold it back. */
      readonly isHeld?: true;
      readonly deliveries?: readonly JsonObject[];
      readonly refused: readonly RefusedDestination[];
    }
  | { readonly kind: 'unavailable' | 'refused'; readonly failure: SubmitFailure };

/** Statuses of a request that can't succeed unchanged: malformed, too large, refused by Telegram. */
const PERMANENT: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);
/** Codes of destinations that are wrong, which a person has to know at once. */
const WRONG_DESTINATION: ReadonlySet<Code> = new Set(['unknown_destination', 'not_a_sender']);

function acceptedStatus(body: unknown): SubmitStatus | undefined {
  if (!isJsonObject(body) || body.ok !== true) return undefined;
  const { status } = body;
  // What did not arrive is told besides; a newer one shows what a replaced one would have, a summary what it told.
  if (status === 'partial' || status === 'replaced' || status === 'summarized') return 'sent';
  return status === 'sent' || status === 'queued' || status === 'muted' ? status : 'queued';
}

/** How a notification stands at its destinations, and which of them refused what others took. */
function destinationsIn(body: unknown): Pick<SubmitAnswer & { kind: 'accepted' }, 'deliveries' | 'refused'> {
  if (!isJsonObject(body) || !Array.isArray(body.deliveries)) return { refused: [] };
  const deliveries = body.deliveries.filter(isJsonObject);
  const refused = deliveries.flatMap(({ to, error }) =>
    typeof to === 'string' && typeof error === 'string' ? [{ to, error }] : [],
  );
  return { deliveries, refused };
}

const heldIn = (body: unknown): { readonly isHeld?: true } =>
  isJsonObject(body) && body.held === true ? { isHeld: true } : {};

const notTheBot = (status: number): SubmitAnswer => {
  const sentence = `The program on the socket is not notify-bot: it answered with status ${status} and without "ok".`;
  return { kind: 'unavailable', failure: { code: 'problem', error: new Problem('bad_answer', sentence) } };
};

/** Whether the same request will fail the same way, or may succeed later. */
function failureOf(problem: Problem, status: number): SubmitAnswer {
  if (problem.code === 'not_linked') return { kind: 'unavailable', failure: { code: 'not_linked' } };
  const failure = { code: 'problem', error: problem } as const;
  const isPermanent = PERMANENT.has(status) || WRONG_DESTINATION.has(problem.code);
  return { kind: isPermanent ? 'refused' : 'unavailable', failure };
}

/** Reads the bot's answer to one alert. */
export function alertAnswerOf(answer: SocketAnswer): SubmitAnswer {
  const { status, body } = answer;
  const problem = problemIn(answer);
  if (problem !== undefined) return failureOf(problem, status);
  const taken: readonly unknown[] = isJsonObject(body) && Array.isArray(body.alerts) ? body.alerts : [];
  const [alert] = taken.filter(isJsonObject);
  if (alert === undefined) return notTheBot(status);
  // One that is acknowledged or silenced fires all the same.
  return { kind: 'accepted', status: alert.state === 'resolved' ? 'resolved' : 'firing', refused: [] };
}

/** @param again whether an earlier run may have posted the same id */
export function submitAnswerOf(answer: SocketAnswer, again: boolean): SubmitAnswer {
  const problem = problemIn(answer);
  if (problem === undefined) {
    const status = acceptedStatus(answer.body);
    return status === undefined
      ? notTheBot(answer.status)
      : { kind: 'accepted', status, ...heldIn(answer.body), ...destinationsIn(answer.body) };
  }
  // The bot took the id before, and the files have changed since: it has the notification.
  if (problem.code === 'id_conflict' && again) return { kind: 'accepted', status: 'queued', refused: [] };
  return failureOf(problem, answer.status);
}
