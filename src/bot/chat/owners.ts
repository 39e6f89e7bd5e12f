import type { Links } from '../../storage/ports.ts';
import type { LinkedAccount } from '../links/linked-account.ts';
import type { CommandParts } from './command.ts';

/** The accounts that are linked to a chat, without names that belong to another account by now. @throws Problem `links_unreadable` */
export async function ownersOf({ links, uidOf }: CommandParts, chatId: number): Promise<LinkedAccount[]> {
  const found: LinkedAccount[] = [];
  for (const user of await links.usersOf(chatId)) {
    const uid = await uidOf(user);
    const link = await links.find(user, uid);
    if (link?.chatId === chatId) found.push({ user, uid, chatId, linkedAt: link.linkedAt });
  }
  return found;
}

/** Whether a name is linked to a chat; not while the links can't be read. */
export async function isLinked(links: Pick<Links, 'usersOf'>, chatId: number): Promise<boolean> {
  return (await links.usersOf(chatId).catch(() => [])).length > 0;
}

/** Whether this particular link still exists. @throws Problem `links_unreadable` */
export async function stillLinked({ links, uidOf }: CommandParts, owner: LinkedAccount): Promise<boolean> {
  const uid = await uidOf(owner.user);
  const link = await links.find(owner.user, uid);
  return link?.chatId === owner.chatId && uid === owner.uid && link.linkedAt === owner.linkedAt;
}

/** Whether the account is still linked to the chat: an unlinked chat must not see what a script prints. */
export async function isTheirs({ links, uidOf }: CommandParts, owner: LinkedAccount): Promise<boolean> {
  const { user, uid, chatId } = owner;
  // While the account service is away, the account counts as the one that began the run.
  const link = await links.find(user, await uidOf(user).catch(() => uid));
  return link?.chatId === chatId;
}
