import type { DoneAnswer } from '../../../../shared/api/answers.ts';
import { retryBody } from '../../../../shared/api/requests.ts';
import { readJson } from '../../body/json-body.ts';
import { validate } from '../../body/validate.ts';
import { requireTrusted } from '../../callers/require-trusted.ts';
import { BODY_CODES, type Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Sends a failed delivery again. */
export const retry: Endpoint = {
  method: 'POST',
  path: '/retry',
  codes: [...BODY_CODES, 'not_trusted', 'not_linked', 'unknown_delivery', 'outbox_full', 'storage', 'links_unreadable'],
  async handle(context) {
    // Before the body is read: others may not have the service read it.
    requireTrusted(context.caller, 'retry deliveries');
    const { delivery } = validate(retryBody, await readJson(context));
    await context.services.retry(delivery);
    return success<DoneAnswer>({ ok: true });
  },
};
