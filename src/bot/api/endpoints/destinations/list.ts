import { type Account, isSameAccount } from '../../../../core/account.ts';
import type { RegisteredDestination } from '../../../../core/destination.ts';
import type { DestinationAnswer, DestinationsAnswer } from '../../../../shared/api/answers.ts';
import { querySubject, single } from '../../body/query.ts';
import { visibleTo } from '../../callers/own-destination.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** @param seesIds whether the caller sees Telegram's own ids of the place */
function destinationAnswerOf(
  destination: RegisteredDestination,
  account: Account,
  seesIds: boolean,
): DestinationAnswer {
  const { name, title, type, username, threadId, chatId, owner, senders, linkedAt, unreachable } = destination;
  return {
    name,
    title,
    type,
    username: username ?? null,
    thread: threadId !== undefined,
    owner: owner.user,
    senders: [...senders],
    linked_at: linkedAt ?? null,
    yours: isSameAccount(owner, account),
    // Others are not listed.
    may_send: true,
    ...(unreachable !== undefined && { unreachable }),
    ...(seesIds && { chat_id: chatId, ...(threadId !== undefined && { thread_id: threadId }) }),
  };
}

const byName = (one: RegisteredDestination, other: RegisteredDestination) => (one.name < other.name ? -1 : 1);

/** The destinations that the caller owns or may send to; a trusted caller sees all, or with `user` that user's. */
export const destinations: Endpoint = {
  method: 'GET',
  path: '/destinations',
  codes: ['bad_field', 'not_yours', 'destinations_unreadable'],
  async handle(context) {
    const { caller, query, services, accounts } = context;
    const account = await querySubject(context);
    const all = await services.destinations();
    const isAll = caller.trusted && single(query, 'user') === undefined;
    const visible = isAll ? all : await visibleTo(account, all, accounts);
    return success<DestinationsAnswer>({
      ok: true,
      destinations: [...visible]
        .sort(byName)
        .map((one) => destinationAnswerOf(one, account, caller.trusted || isSameAccount(one.owner, account))),
    });
  },
};
