import type { Account } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import { linkBody } from '../bodies/link.ts';
import { unlinkBody } from '../bodies/unlink.ts';
import { validate } from '../body/fields.ts';
import { readJson } from '../body/json-body.ts';
import { accountFor } from '../callers/callers.ts';
import type { Endpoint, EndpointContext } from '../endpoint.ts';
import { type Answer, afterTries, answerProblem } from '../http/answer.ts';

async function redeem({ services, caller }: EndpointContext, { user, uid }: Account, code: string): Promise<Answer> {
  const result = await services.redeemCode(user, uid, code, caller);
  switch (result.outcome) {
    case 'linked':
      return { status: 200, body: { ok: true, linked_at: result.linkedAt } };
    case 'unknown':
      throw new Problem(
        'unknown_code',
        'code: this one is unknown; send /start to the bot and use the code it answers with.',
      );
    case 'expired':
      throw new Problem('expired_code', 'code: expired; send /start to the bot for a new one.');
    case 'too-many-tries': {
      const problem = new Problem('too_many_tries', 'code: too many wrong tries; wait a minute and try again.');
      return answerProblem(problem, afterTries);
    }
  }
}

/** `POST /link` */
export const link: Endpoint = async (context) => {
  const { code, user } = validate(linkBody, await readJson(context.exchange, { mayBeEmpty: true }));
  const subject = await accountFor(context.caller, user, context.accounts);
  if (code !== undefined) return redeem(context, subject, code);
  const { url, expiresAt } = await context.services.deepLink(subject.user, subject.uid);
  return { status: 200, body: { ok: true, url, expires_at: expiresAt } };
};

/** `POST /unlink` */
export const unlink: Endpoint = async ({ exchange, caller, accounts, services }) => {
  const body = validate(unlinkBody, await readJson(exchange, { mayBeEmpty: true }));
  const { user } = await accountFor(caller, body.user, accounts);
  return { status: 200, body: { ok: true, unlinked: await services.unlink(user) } };
};
