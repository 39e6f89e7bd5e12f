import type { BeatAnswer } from '../../../../shared/api/answers.ts';
import { beatBody } from '../../../../shared/api/requests.ts';
import { BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Until when the next beat is expected unless the body says, seconds. */
const USUAL_SECONDS = 3600;

/** The caller's runner is run by cron; or, with `end`, is not to be watched any more. */
export const beat: Endpoint = {
  method: 'POST',
  path: '/beat',
  codes: [...BODY_CODES, 'beats_unreadable', 'storage'],
  handle: withBody(
    beatBody,
    { mayBeEmpty: true },
    async ({ caller, services }, { end, expect_within: seconds = USUAL_SECONDS }) => {
      await (end ? services.endBeats(caller) : services.beat(caller, seconds * 1000));
      // What the answer can't say now, a later one says.
      const unknown = { unreachable: undefined };
      const account = { user: caller.name, uid: caller.uid };
      const { unreachable } = await services.accountStatus(account).catch(() => unknown);
      return success<BeatAnswer>({ ok: true, ...(unreachable !== undefined && { unreachable }) });
    },
  ),
};
