/** Checks of what a Bot API server answers, which may be a proxy or a faulty server. */
import type { Update, UserFromGetMe } from 'grammy/types';
import { AnswerError } from '../http.ts';

/** Checks that `getMe` answered with an identity. @throws AnswerError */
export function requireIdentity(found: unknown): void {
  const { id, username } = typeof found === 'object' && found !== null ? (found as Partial<UserFromGetMe>) : {};
  if (typeof id === 'number' && typeof username === 'string') return;
  throw new AnswerError('it says who the bot is in a way that is not the Bot API’s');
}

/** Whether a value is an update; with any other `update_id` the next poll's offset would end receiving for good. */
export function isUpdate(update: unknown): update is Update {
  if (typeof update !== 'object' || update === null || !('update_id' in update)) return false;
  return Number.isSafeInteger(update.update_id) && Number(update.update_id) >= 0;
}

/** Takes the updates out of the answer to a poll. @throws AnswerError for an answer that holds none but is not empty */
export function updatesIn(answer: unknown): readonly Update[] {
  if (!Array.isArray(answer)) throw noUpdates();
  const updates = answer.filter(isUpdate);
  if (updates.length === 0 && answer.length > 0) throw noUpdates();
  return updates;
}

const noUpdates = () => new AnswerError('it answers polls with something that is not a list of updates');
