import { DEFAULT_WAIT_MS } from '../../../../shared/api/limits.ts';
import { testBody } from '../../../../shared/api/requests.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { receiptAnswerOf, SENDING_CODES } from './submit-message.ts';

/** Sends a notification that shows what notifications look like. */
export const sendTest: Endpoint = {
  method: 'POST',
  path: '/test',
  sends: true,
  codes: [...BODY_CODES, ...SENDING_CODES],
  handle: withBody(testBody, { mayBeEmpty: true }, async (context, body) => {
    const { services } = context;
    const account = await accountOf(context, body.user);
    // Before its picture is stored.
    const routes = await services.route({ account, trusted: false });
    const notification = await services.makeTest(account);
    const wait = body.wait ?? DEFAULT_WAIT_MS;
    const receipt = await services.submit({ notification, routes, digest: '', wait });
    return receiptAnswerOf(receipt);
  }),
};
