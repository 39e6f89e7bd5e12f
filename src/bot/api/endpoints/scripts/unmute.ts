import type { DoneAnswer } from '../../../../shared/api/answers.ts';
import { unmuteBody } from '../../../../shared/api/requests.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Ends every mute, or one script's. */
export const unmute: Endpoint = {
  method: 'POST',
  path: '/unmute',
  codes: [...BODY_CODES, 'mutes_unreadable', 'storage'],
  handle: withBody(unmuteBody, { mayBeEmpty: true }, async (context, body) => {
    const account = await accountOf(context, body.user);
    await context.services.unmute(account, body.script);
    return success<DoneAnswer>({ ok: true });
  }),
};
