import { MAX_WAIT_MS } from '../../../../shared/api/limits.ts';
import { numberIn, querySubject } from '../../body/query.ts';
import { type Endpoint, type EndpointContext, requireAccount } from '../../endpoint.ts';
import { questionAnswerOf } from './question-answer.ts';

const subject = async (context: EndpointContext) => requireAccount(await querySubject(context));

/** How a question stands; with `wait`, once it has ended. */
export const question: Endpoint = {
  method: 'GET',
  path: '/ask/:id',
  codes: ['bad_field', 'not_yours', 'unknown_account', 'unknown_question'],
  async handle(context) {
    const { query, params, services } = context;
    const wait = numberIn(query, 'wait', { least: 0, most: MAX_WAIT_MS, usual: 0 });
    const owner = await subject(context);
    return questionAnswerOf(await services.question(owner, params.id ?? '', wait));
  },
};

/** Ends a question that nobody has answered yet. */
export const cancelQuestion: Endpoint = {
  method: 'DELETE',
  path: '/ask/:id',
  codes: ['bad_field', 'not_yours', 'unknown_account', 'unknown_question', 'storage'],
  async handle(context) {
    const { params, services, caller } = context;
    const owner = await subject(context);
    return questionAnswerOf(await services.cancelQuestion(owner, params.id ?? '', caller));
  },
};
