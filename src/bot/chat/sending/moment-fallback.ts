/** Answers for a Bot API server that knows no moments: their words are right without them. */
import type { Transformer } from 'grammy';
import { refusesEntities } from '../../telegram/sending/refusal.ts';

const isMoment = (entity: unknown) =>
  typeof entity === 'object' && entity !== null && 'type' in entity && entity.type === 'date_time';

/**
 * Makes a call whose entities a server refuses once more without its moments.
 * https://core.telegram.org/bots/api#date-time-entity-formatting
 */
export const momentFallback: Transformer = async (call, method, payload, signal) => {
  const answer = await call(method, payload, signal);
  if (answer.ok || answer.error_code !== 400 || !refusesEntities(answer.description)) return answer;
  const entities: unknown = 'entities' in payload ? payload.entities : undefined;
  if (!Array.isArray(entities) || !entities.some(isMoment)) return answer;
  return call(method, { ...payload, entities: entities.filter((one) => !isMoment(one)) }, signal);
};
