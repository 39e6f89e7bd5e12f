import type { MuteAnswer } from '../../../../shared/api/answers.ts';
import { muteBody } from '../../../../shared/api/requests.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** How long a mute lasts where the request names no time, as `/mute` in the chat. */
const USUAL_MUTE = '1h';

/** Mutes everything, or one script. */
export const mute: Endpoint = {
  method: 'POST',
  path: '/mute',
  codes: [...BODY_CODES, 'too_many_mutes', 'mutes_unreadable', 'storage'],
  handle: withBody(muteBody, { mayBeEmpty: true }, async (context, body) => {
    const account = await accountOf(context, body.user);
    const lasts = parseDuration(body.for ?? USUAL_MUTE, 'for');
    return success<MuteAnswer>({ ok: true, muted_until: await context.services.mute(account, lasts, body.script) });
  }),
};
