import { placeOf } from '../../chat-of.ts';
import type { Asked, CommandParts } from '../../command.ts';

/** Whether people of this host read a chat: somebody linked it, or registered it as a destination. @throws Problem `destinations_unreadable` */
export async function isKnownPlace({ registry }: CommandParts, { ctx, users }: Asked): Promise<boolean> {
  return users.length > 0 || (await registry.at(placeOf(ctx))).length > 0;
}
