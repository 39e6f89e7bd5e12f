import type { DoneAnswer } from '../../../../shared/api/answers.ts';
import { querySubject, single } from '../../body/query.ts';
import { actorOf, requireOwn, unknownDestination } from '../../callers/own-destination.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { destinationName, NAMED_CODES } from './name.ts';

/** Ends a destination. */
export const removeDestination: Endpoint = {
  method: 'DELETE',
  path: '/destinations/:name',
  alias: ['/destinations/:name/:topic'],
  codes: [...NAMED_CODES, 'storage'],
  async handle(context) {
    const { params, query, caller, services, accounts } = context;
    const name = destinationName(params);
    const actor = actorOf(caller, await querySubject(context), single(query, 'user'));
    const all = await services.destinations();
    await requireOwn(name, actor, all, accounts);
    if (await services.removeDestination(name, caller)) return success<DoneAnswer>({ ok: true });
    throw await unknownDestination(name, actor, all, accounts);
  },
};
