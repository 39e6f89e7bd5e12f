import type { SendersAnswer } from '../../../../shared/api/answers.ts';
import { sendersBody } from '../../../../shared/api/requests.ts';
import { actorOf, requireOwn, unknownDestination } from '../../callers/own-destination.ts';
import { requireSenders } from '../../callers/senders.ts';
import { accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { destinationName, NAMED_CODES } from './name.ts';

/** Allows and denies senders; without any it only answers who may send. */
export const destinationSenders: Endpoint = {
  method: 'POST',
  path: '/destinations/:name/senders',
  alias: ['/destinations/:name/:topic/senders'],
  codes: [...new Set([...BODY_CODES, ...NAMED_CODES]), 'too_many_destinations', 'storage'],
  handle: withBody(sendersBody, {}, async (context, { user, allow = [], deny = [] }) => {
    const { params, caller, services, accounts } = context;
    const name = destinationName(params);
    const actor = actorOf(caller, await accountOf(context, user), user);
    const all = await services.destinations();
    await requireOwn(name, actor, all, accounts);
    await requireSenders('allow', allow, accounts);
    // A name that is allowed and denied at once stays out.
    const change = (senders: readonly string[]) => [...senders, ...allow].filter((one) => !deny.includes(one));
    const changed = await services.changeSenders(name, change, caller);
    if (changed === undefined) throw await unknownDestination(name, actor, all, accounts);
    return success<SendersAnswer>({ ok: true, name, senders: [...changed.senders] });
  }),
};
