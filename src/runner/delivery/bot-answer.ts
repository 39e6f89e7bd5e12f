/** Reads the bot's answer to a notification. Errors are distinguished by code and status, never by their sentence. */
import { Problem } from '../../core/problem.ts';
import { problemIn } from '../../shared/api/error-answer.ts';
import type { SocketAnswer } from '../../shared/http/socket-client.ts';
import { isJsonObject } from '../../shared/json/json-object.ts';
import type { SubmitFailure, SubmitStatus } from '../outcomes.ts';

/** An answer to a notification. */
export type SubmitAnswer =
  | { readonly kind: 'accepted'; readonly status: SubmitStatus }
  | { readonly kind: 'unavailable' | 'refused'; readonly failure: SubmitFailure };

/** Statuses of a request that can't succeed unchanged: malformed, too large, refused by Telegram. */
const PERMANENT: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

function acceptedStatus(body: unknown): SubmitStatus | undefined {
  if (!isJsonObject(body) || body.ok !== true) return undefined;
  const { status } = body;
  return status === 'sent' || status === 'queued' || status === 'muted' ? status : 'queued';
}

/** @param again whether an earlier run may have posted the same id */
export function submitAnswerOf(answer: SocketAnswer, again: boolean): SubmitAnswer {
  const problem = problemIn(answer);
  if (problem === undefined) {
    const status = acceptedStatus(answer.body);
    if (status !== undefined) return { kind: 'accepted', status };
    const sentence = `The program on the socket is not notify-bot: it answered with status ${answer.status} and without "ok".`;
    return { kind: 'unavailable', failure: { code: 'problem', error: new Problem('bad_answer', sentence) } };
  }
  // The bot took the id before, and the files have changed since: it has the notification.
  if (problem.code === 'id_conflict' && again) return { kind: 'accepted', status: 'queued' };
  if (problem.code === 'not_linked') return { kind: 'unavailable', failure: { code: 'not_linked' } };
  const failure = { code: 'problem', error: problem } as const;
  return { kind: PERMANENT.has(answer.status) ? 'refused' : 'unavailable', failure };
}
