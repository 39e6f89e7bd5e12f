import type { ChatName } from '../../../../core/views/account-status.ts';
import type { ChatAnswer } from '../../../../shared/api/answers.ts';

/** A chat as answers name it. */
export const chatAnswer = ({ type, name, threadId }: ChatName): ChatAnswer => ({
  type,
  name,
  ...(threadId !== undefined && { thread_id: threadId }),
});
