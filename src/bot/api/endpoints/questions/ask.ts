import type { Route } from '../../../../core/destination.ts';
import { Problem } from '../../../../core/problem.ts';
import { DEFAULT_CHOICES, DEFAULT_TIMEOUT_MS } from '../../../../core/questions/question.ts';
import { askBody } from '../../../../shared/api/questions/questions.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { requireSenders } from '../../callers/senders.ts';
import { BODY_CODES, type Endpoint, knownAccountOf, withBody } from '../../endpoint.ts';
import { ROUTING_CODES, routesOf } from '../sending/submit-message.ts';
import { questionAnswerOf } from './question-answer.ts';

/** A chat of several people: Telegram gives these ids below 0. https://core.telegram.org/bots/api#chat */
const isGroup = ({ destination }: Route) => destination.chatId < 0;

/** In a private chat only its person can answer, so names would promise what cannot be. @throws Problem `bad_field` */
function requireGroup(routes: readonly Route[]): void {
  if (routes.some(isGroup)) return;
  const why = 'the question goes to private chats alone, where only their own people can answer';
  throw new Problem('bad_field', `may: ${why}; leave it out, or add a group with "to".`);
}

/** Asks a question with a button for each answer. */
export const ask: Endpoint = {
  method: 'POST',
  path: '/ask',
  sends: true,
  codes: [
    ...BODY_CODES,
    ...ROUTING_CODES,
    'not_linked',
    'unknown_account',
    'id_conflict',
    'chat_muted',
    'too_many_questions',
    'links_unreadable',
    'destinations_unreadable',
    'accounts_unavailable',
    'outbox_full',
    'history_full',
    'storage',
  ],
  handle: withBody(askBody, {}, async (context, body) => {
    const { user, to, text, choices = DEFAULT_CHOICES, timeout, may, id } = body;
    const owner = await knownAccountOf(context, user);
    const routes = await routesOf(context, owner, { ...(to !== undefined && { to }) });
    if (may !== undefined) {
      requireGroup(routes);
      await requireSenders('may', may, context.accounts);
    }
    const draft = {
      owner,
      text,
      choices,
      timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(timeout, 'timeout'),
      ...(may !== undefined && { may: [...new Set(may)] }),
      ...(id !== undefined && { id }),
    };
    return questionAnswerOf(await context.services.ask(draft, routes));
  }),
};
