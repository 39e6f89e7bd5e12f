import { sendBody } from '../../../../shared/api/requests.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { requireLength, SENDING_CODES, submitMessage } from './submit-message.ts';

/** Sends a text. */
export const send: Endpoint = {
  method: 'POST',
  path: '/send',
  sends: true,
  codes: [...BODY_CODES, ...SENDING_CODES, 'id_conflict'],
  handle: withBody(sendBody, {}, async (context, body) => {
    const text = requireLength('text', body.text);
    const account = await accountOf(context, body.user);
    return submitMessage(context, account, body, text, []);
  }),
};
