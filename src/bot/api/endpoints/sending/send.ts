import { sendBody } from '../../../../shared/api/requests.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { ROUTING_CODES, requireLength, routesOf, SENDING_CODES, submitMessage } from './submit-message.ts';

/** Sends a text. */
export const send: Endpoint = {
  method: 'POST',
  path: '/send',
  sends: true,
  codes: [...BODY_CODES, ...SENDING_CODES, ...ROUTING_CODES, 'id_conflict'],
  handle: withBody(sendBody, {}, async (context, body) => {
    const text = requireLength('text', body.text);
    const account = await accountOf(context, body.user);
    const routes = await routesOf(context, account, body);
    return submitMessage(context, { account, routes }, body, text, []);
  }),
};
