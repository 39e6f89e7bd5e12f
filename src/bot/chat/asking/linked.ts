/** What a chat is told when an account is linked to it, and who can read the messages there. */
import type { Api } from 'grammy';
import type { Chat } from '../../../storage/ports.ts';
import { oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** UTF-16 units of a chat's name that are shown. */
const SHOWN = 60;

/**
 * A chat as a message names it: `Ben (private chat)`, `Team (group)`; where the other one reads the same, with its id, as
 * `/whoami` shows it: `Ben (private chat 1001)`. A topic has its number, `Team (topic 7 of the group)`: calls name no other.
 *
 * @param other the chat that stands beside it, or was meant before
 */
export function chatLabel(chat: Chat, other?: Chat): string {
  const { id, type, name, threadId } = chat;
  const place = type === 'private' ? 'private chat' : type === 'channel' ? 'channel' : 'group';
  const kind = threadId === undefined ? place : `topic ${threadId} of the ${place}`;
  const isSame = other !== undefined && other.id !== id && chatLabel(other) === chatLabel(chat);
  return `${oneLine(name, SHOWN)} (${kind}${isSame ? ` ${id}` : ''})`;
}

/** How many people read a group or channel, without the bot; `undefined` for a private chat, or when it is not known. */
export async function readersOf(api: Api, { id, type }: Pick<Chat, 'id' | 'type'>): Promise<number | undefined> {
  if (type === 'private') return undefined;
  const members = await api.getChatMemberCount(id).catch(() => undefined);
  return typeof members === 'number' && members > 0 ? Math.max(1, members - 1) : undefined;
}

/** Says how many people can read a chat; empty when it is one person's own. */
export const readersText = (readers: number | undefined): string =>
  readers === undefined ? '' : readers === 1 ? ' One person can read it.' : ` ${readers} people can read it.`;

/** A link that was just made. */
export interface NewLink {
  readonly user: string;
  readonly host: string;
  readonly chat: Chat;
  /** The chat that got the messages before. */
  readonly previous: Chat | undefined;
  readonly readers: number | undefined;
}

/** What the chat of a new link is told. */
export function linkedPieces({ user, host, chat, previous, readers }: NewLink): Piece[] {
  const moved = previous === undefined ? '' : ` What came to ${chatLabel(previous, chat)} comes here now.`;
  return ['✅ Linked to ', { bold: user }, ` on ${host}.${moved}${readersText(readers)} Try /test, or /help for more.`];
}
