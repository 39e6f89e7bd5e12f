import type { KnownAccount } from '../../../../core/account.ts';
import { Problem } from '../../../../core/problem.ts';
import type { DeepLinkAnswer, LinkedAnswer } from '../../../../shared/api/answers.ts';
import { linkBody } from '../../../../shared/api/requests.ts';
import { BODY_CODES, type Endpoint, type EndpointContext, knownAccountOf, withBody } from '../../endpoint.ts';
import { type Answer, afterTries, answerProblem, success } from '../../http/answer.ts';
import { chatAnswer } from './chat-answer.ts';

async function redeem({ services, caller }: EndpointContext, account: KnownAccount, code: string): Promise<Answer> {
  const result = await services.redeemCode(account, code, caller);
  switch (result.outcome) {
    case 'linked': {
      const { linkedAt, chat, previous } = result;
      // Both chats are named where messages moved from one to the other.
      return success<LinkedAnswer>({
        ok: true,
        linked_at: linkedAt,
        ...(previous && { chat: chatAnswer(chat), previous: chatAnswer(previous) }),
      });
    }
    case 'unknown':
      throw new Problem(
        'unknown_code',
        'code: this one is unknown; send /start to the bot and use the code it answers with.',
      );
    case 'expired':
      throw new Problem('expired_code', 'code: expired; send /start to the bot for a new one.');
    case 'too-many-tries': {
      const problem = new Problem(
        'too_many_tries',
        'code: too many wrong tries; wait a minute, after twenty of them an hour, and try again.',
      );
      return answerProblem(problem, afterTries);
    }
  }
}

/** Links an account of this host by code, or makes a one-time deep link. */
export const link: Endpoint = {
  method: 'POST',
  path: '/link',
  codes: [
    ...BODY_CODES,
    'unknown_account',
    'unknown_code',
    'expired_code',
    'too_many_tries',
    'too_many_codes',
    'links_unreadable',
    'storage',
    'telegram_unknown',
  ],
  handle: withBody(linkBody, { mayBeEmpty: true }, async (context, { code, user }) => {
    const account = await knownAccountOf(context, user);
    if (code !== undefined) return redeem(context, account, code);
    const { url, expiresAt } = await context.services.deepLink(account);
    return success<DeepLinkAnswer>({ ok: true, url, expires_at: expiresAt });
  }),
};
