/** Who presses a button or reacts to a message. */
import type { User } from 'grammy/types';
import type { Presser } from '../../../core/chat/press.ts';
import type { CommandParts } from '../command.ts';
import { oneLine } from '../format.ts';
import { ownersOf } from '../owners.ts';

/** UTF-16 units of a name that others are shown. */
const SHOWN_NAME = 60;

/** Accounts of Telegram that stand for anonymous administrators, channels, and Telegram itself. */
const SERVICE_USER = 777_000;

/** Whether a user of Telegram is no person. */
export const isNobody = ({ id, is_bot }: User): boolean => is_bot || id === SERVICE_USER;

/** A person as Telegram names them, with the accounts of their private chat. @throws Problem `links_unreadable` */
export async function presserFrom(parts: CommandParts, from: User): Promise<Presser> {
  const accounts = (await ownersOf(parts, from.id)).map(({ user, uid }) => ({ user, uid }));
  const [first] = accounts;
  const inTelegram = [from.first_name, from.last_name].filter((word) => word !== undefined).join(' ');
  const name = first?.user ?? (inTelegram.trim() || from.username || String(from.id));
  return { telegramId: from.id, name: oneLine(name, SHOWN_NAME), accounts };
}
