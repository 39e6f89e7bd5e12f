/** A pressed button that means something. */
import type { Context } from 'grammy';
import { inThread } from '../chat-of.ts';
import type { CommandParts } from '../command.ts';
import { oneLine } from '../format.ts';
import { compose, type Piece } from '../reply.ts';
import type { Meaning } from './buttons.ts';
import type { PanelPlace } from './panel.ts';

/** A press, what its button means, and its message. */
export interface Press {
  readonly ctx: Context;
  readonly token: string;
  readonly meaning: Meaning;
  readonly place: PanelPlace;
}

/** The name of a script or of a person in an answer. */
export const shownName = (name: string) => oneLine(name, 60);

/** Sends a message beside that of the button, without a sound: the person is looking at the chat. */
export async function say({ api, chatId, threadId }: PanelPlace, pieces: readonly Piece[]): Promise<void> {
  const { text, entities } = compose(pieces);
  await api.sendMessage(chatId, text, { entities, disable_notification: true, ...inThread(threadId) });
}

/** Who presses, as people know them: the account that their own chat is linked to, else their name in Telegram. */
export async function presserOf({ links }: CommandParts, { ctx, meaning, place }: Press): Promise<string> {
  const { from } = ctx;
  if (from === undefined || from.id === place.chatId) return meaning.owner.user;
  const [user] = await links.usersOf(from.id).catch(() => []);
  const name = [from.first_name, from.last_name].filter((word) => word !== undefined).join(' ');
  return shownName(user ?? (name || from.username || String(from.id)));
}
