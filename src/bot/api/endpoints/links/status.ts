import type { AccountStatus } from '../../../../core/views/account-status.ts';
import type { StatusAnswer } from '../../../../shared/api/answers.ts';
import { querySubject } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { chatAnswer } from './chat-answer.ts';

function statusAnswerOf(user: string, status: AccountStatus): StatusAnswer {
  const { linked, linkedAt, chat, queued, unreachable, bot, mutedUntil } = status;
  return {
    ok: true,
    user,
    linked,
    ...(linkedAt !== undefined && { linked_at: linkedAt }),
    ...(chat !== undefined && { chat: chatAnswer(chat) }),
    queued,
    ...(unreachable !== undefined && { unreachable }),
    ...(bot !== undefined && { bot }),
    muted_until: mutedUntil ?? null,
  };
}

/** The status of an account; one that is not linked is no error. */
export const status: Endpoint = {
  method: 'GET',
  path: '/status',
  codes: ['bad_field', 'not_yours', 'links_unreadable'],
  async handle(context) {
    const account = await querySubject(context);
    return success(statusAnswerOf(account.user, await context.services.accountStatus(account)));
  },
};
