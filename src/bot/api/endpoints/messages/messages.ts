import type { MessagesAnswer } from '../../../../shared/api/answers.ts';
import { DEFAULT_MESSAGES, MAX_MESSAGES } from '../../../../shared/api/limits.ts';
import { messagesQuery } from '../../../../shared/api/requests.ts';
import { keysOf, numberIn, queryWhose } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { messageAnswerOf } from '../../message-answer.ts';

/** A page of messages, newest first. */
export const messages: Endpoint = {
  method: 'GET',
  path: '/messages',
  codes: ['bad_field', 'not_yours', 'not_trusted'],
  async handle(context) {
    const { query, services } = context;
    const limit = numberIn(query, 'limit', { most: MAX_MESSAGES, usual: DEFAULT_MESSAGES });
    const { before, status, source, q = '' } = keysOf(query, messagesQuery);
    const page = await services.messages({
      whose: await queryWhose(context),
      limit,
      ...(before !== undefined && { before }),
      ...(status !== undefined && { status }),
      ...(source !== undefined && { source: source === '' ? null : source }),
      ...(q.trim() !== '' && { text: q.trim() }),
    });
    return success<MessagesAnswer>({ ok: true, messages: page.messages.map(messageAnswerOf), next: page.next });
  },
};
