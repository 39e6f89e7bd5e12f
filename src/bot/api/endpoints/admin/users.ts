import { requireTrusted } from '../../callers/require-trusted.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Every link. */
export const users: Endpoint = {
  method: 'GET',
  path: '/users',
  codes: ['not_trusted', 'links_unreadable'],
  async handle({ caller, services }) {
    requireTrusted(caller, 'see who is linked');
    const { records } = await services.users();
    return success({ ok: true, users: records });
  },
};
