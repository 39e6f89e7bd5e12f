import type { UnlinkedAnswer } from '../../../../shared/api/answers.ts';
import { unlinkBody } from '../../../../shared/api/requests.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Ends an account's link. */
export const unlink: Endpoint = {
  method: 'POST',
  path: '/unlink',
  codes: [...BODY_CODES, 'links_unreadable', 'storage'],
  handle: withBody(unlinkBody, { mayBeEmpty: true }, async (context, body) => {
    const { user } = await accountOf(context, body.user);
    return success<UnlinkedAnswer>({ ok: true, unlinked: await context.services.unlink(user) });
  }),
};
