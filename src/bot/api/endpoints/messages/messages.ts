import type { MessagePage } from '../../../../core/views/message.ts';
import { DEFAULT_MESSAGES, MAX_MESSAGES } from '../../../../shared/api/limits.ts';
import { messagesQuery } from '../../../../shared/api/requests.ts';
import { keysOf, numberIn, queryWhose } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { streamedAnswer } from '../../http/streamed-answer.ts';
import { messageAnswerOf } from '../../message-answer.ts';

/** What it costs to look at a message of the history, milliseconds. */
const MS_PER_MESSAGE = 0.05;

/** The text of a `MessagesAnswer`, a message at a time. */
async function* textOf(page: MessagePage): AsyncGenerator<string> {
  let lead = '{"ok":true,"messages":[';
  try {
    let found = await page.next();
    for (; found.done !== true; found = await page.next()) {
      yield `${lead}${JSON.stringify(messageAnswerOf(found.value))}`;
      lead = ',';
    }
    yield `${lead === ',' ? '' : lead}],"next":${JSON.stringify(found.value)}}\n`;
  } finally {
    await page.return(null);
  }
}

/** A page of messages, newest first. */
export const messages: Endpoint = {
  method: 'GET',
  path: '/messages',
  codes: ['bad_field', 'not_yours', 'not_trusted'],
  async handle(context) {
    const { query, services, exchange, allowance } = context;
    const limit = numberIn(query, 'limit', { most: MAX_MESSAGES, usual: DEFAULT_MESSAGES });
    const { before, status, source, q = '' } = await allowance.work(() => keysOf(query, messagesQuery));
    const page = services.messages({
      whose: await queryWhose(context),
      limit,
      pause: (looked) => allowance.pause(looked * MS_PER_MESSAGE),
      ...(before !== undefined && { before }),
      ...(status !== undefined && { status }),
      ...(source !== undefined && { source: source === '' ? null : source }),
      ...(q.trim() !== '' && { text: q.trim() }),
    });
    return streamedAnswer(exchange, textOf(page));
  },
};
