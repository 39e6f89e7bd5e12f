/** Whether a delivery may still go where it was accepted for, and where it goes when it is sent again. */
import { type Destination, linkedChat, personOf, placeOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import type { Destinations, Link, Links } from '../../storage/ports.ts';

/** Where destinations are looked up. */
export interface PlaceParts {
  readonly links: Pick<Links, 'find' | 'usersOf' | 'all'>;
  readonly destinations: Pick<Destinations, 'find'>;
}

/** What a delivery says of its destination. */
interface Addressed {
  readonly user: string;
  readonly uid: number | undefined;
  readonly destination: Destination;
}

/** Under a group's former id Telegram answers with the new one. */
const leadsTo = ({ chatId, movedFrom }: Pick<Link, 'chatId' | 'movedFrom'>, chat: number) =>
  chatId === chat || movedFrom === chat;

/** The link of somebody else than the sender, whose uid no delivery holds. */
async function linkOf({ links }: PlaceParts, person: string): Promise<Link | undefined> {
  return (await links.all()).find(({ user }) => user === person);
}

/** By the uid at the time of acceptance: sending must not depend on the host's directory of accounts. */
async function isLinked(parts: PlaceParts, person: string, { user, uid, destination }: Addressed): Promise<boolean> {
  const { links } = parts;
  const { chatId } = destination;
  if (person !== user && (await links.usersOf(chatId)).includes(person)) return true;
  const link = person === user ? await links.find(user, uid) : await linkOf(parts, person);
  return link !== undefined && leadsTo(link, chatId);
}

/** Why a delivery must not be sent any more, a sentence; `undefined` where it may. */
export async function objectionTo(parts: PlaceParts, delivery: Addressed): Promise<string | undefined> {
  const { name, chatId } = delivery.destination;
  const person = personOf(name);
  if (person !== undefined) {
    return (await isLinked(parts, person, delivery)) ? undefined : `${person} is not linked to this chat any more.`;
  }
  const found = await parts.destinations.find(name);
  if (found === undefined) return `The destination ${name} is not registered any more.`;
  return leadsTo(found, chatId) ? undefined : `The destination ${name} is another chat now.`;
}

/** Where a failed delivery goes when it is sent again. @throws Problem `not_linked`, `unknown_destination` */
export async function currentPlace(parts: PlaceParts, { user, uid, destination }: Addressed): Promise<Destination> {
  const { name } = destination;
  const person = personOf(name);
  if (person !== undefined) {
    const link = person === user ? await parts.links.find(user, uid) : await linkOf(parts, person);
    if (link !== undefined) return linkedChat(person, link.chatId, link.chat.threadId);
    throw new Problem('not_linked', `${person} is not linked to a Telegram chat any more.`);
  }
  const found = await parts.destinations.find(name);
  if (found === undefined)
    throw new Problem('unknown_destination', `The destination ${name} is not registered any more.`);
  return placeOf(found);
}
