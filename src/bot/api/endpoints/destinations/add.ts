import type { DestinationCodeAnswer } from '../../../../shared/api/answers.ts';
import { destinationBody } from '../../../../shared/api/requests.ts';
import { requireSenders } from '../../callers/senders.ts';
import { BODY_CODES, type Endpoint, knownAccountOf, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Makes a code that registers the group, topic or channel where it is sent. */
export const addDestination: Endpoint = {
  method: 'POST',
  path: '/destinations',
  codes: [
    ...BODY_CODES,
    'unknown_account',
    'destination_taken',
    'too_many_destinations',
    'too_many_codes',
    'destinations_unreadable',
    'storage',
    'telegram_unknown',
  ],
  handle: withBody(destinationBody, {}, async (context, { user, name, senders }) => {
    const owner = await knownAccountOf(context, user);
    if (senders !== undefined) await requireSenders('senders', senders, context.accounts);
    const wanted = { name, owner, ...(senders !== undefined && { senders: [...new Set(senders)] }) };
    const { code, url, expiresAt } = await context.services.registrationCode(wanted);
    return success<DestinationCodeAnswer>({ ok: true, name, code, url, expires_at: expiresAt });
  }),
};
