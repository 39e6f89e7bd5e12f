import type { DoneAnswer } from '../../../../shared/api/answers.ts';
import { requireOwn, unknownDestination } from '../../callers/own-destination.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { destinationName, NAMED_CODES } from './name.ts';

/** Ends a destination. */
export const removeDestination: Endpoint = {
  method: 'DELETE',
  path: '/destinations/:name',
  alias: ['/destinations/:name/:topic'],
  codes: [...NAMED_CODES, 'storage'],
  async handle({ params, caller, services, accounts }) {
    const name = destinationName(params);
    const all = await services.destinations();
    await requireOwn(name, caller, all, accounts);
    if (await services.removeDestination(name, caller)) return success<DoneAnswer>({ ok: true });
    throw await unknownDestination(name, caller, all, accounts);
  },
};
