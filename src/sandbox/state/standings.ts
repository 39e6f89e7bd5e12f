/** What the bot is in groups and channels: a member, an administrator with rights, or neither. */
import { ApiError, badRequest } from '../http/api-error.ts';
import type { SandboxChat } from '../model.ts';
import type { SandboxState } from './state.ts';

/** Rights of an administrator that the sandbox checks. https://core.telegram.org/bots/api#chatmemberadministrator */
export interface AdminRights {
  /** Write to a channel. */
  readonly can_post_messages?: boolean;
  /** Delete messages of others. */
  readonly can_delete_messages?: boolean;
  readonly can_manage_topics?: boolean;
}

/** The bot's standing in a chat. https://core.telegram.org/bots/api#chatmember */
export interface Standing extends AdminRights {
  readonly status: 'member' | 'administrator' | 'left' | 'kicked';
}

/** The standing in a chat of which nothing was said: a member of a group, nothing in a channel. */
const unsaid = ({ type }: Pick<SandboxChat, 'type'>): Standing => ({ status: type === 'channel' ? 'left' : 'member' });

/** @see createStandings */
export interface Standings {
  of(chat: SandboxChat): Standing;
  set(chatId: number, standing: Standing): void;
}

/** Nothing was said of any chat yet. */
export function createStandings(): Standings {
  const standings = new Map<number, Standing>();
  return {
    of: (chat) => standings.get(chat.id) ?? unsaid(chat),
    set: (chatId, standing) => {
      standings.set(chatId, standing);
    },
  };
}

/** Checks that the bot may write to a chat. @throws ApiError 400 or 403 with the server's wording */
export function requireWriter(standing: Standing, { type }: SandboxChat): void {
  if (standing.status === 'left') throw new ApiError(403, `Forbidden: bot is not a member of the ${type} chat`);
  if (standing.status === 'kicked') throw new ApiError(403, `Forbidden: bot was kicked from the ${type} chat`);
  if (type !== 'channel') return;
  if (standing.status !== 'administrator' || standing.can_post_messages !== true) {
    throw badRequest('need administrator rights in the channel chat');
  }
}

/** Tells the bot of its new standing, `my_chat_member`. @param from who changed it */
export function pushStanding(state: SandboxState, chat: SandboxChat, before: Standing, from: object): void {
  const member = (standing: Standing) => ({
    user: state.bot,
    ...standing,
    ...(standing.status === 'kicked' ? { until_date: 0 } : {}),
  });
  state.updates.push({
    my_chat_member: {
      chat,
      from,
      date: Math.floor(state.now() / 1000),
      old_chat_member: member(before),
      new_chat_member: member(state.standings.of(chat)),
    },
  });
}
