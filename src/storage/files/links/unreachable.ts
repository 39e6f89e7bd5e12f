/** Notes, in the entries of links, which chats and topics Telegram refuses. */
import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { Link, Links } from '../../ports.ts';
import { type Entries, fieldsOf, isoSeconds } from '../entries.ts';
import { chatIdOf, readLink } from './link.ts';

/** Entries to write, or, where `undefined`, to remove. */
export type Changes = ReadonlyMap<string, JsonObject | undefined>;

/** What the notes are made with. */
interface UnreachableParts {
  /** The link of a name, whoever's it is. */
  readonly find: (user: string) => Promise<Link | undefined>;
  /** Changes the file under its lock. */
  readonly edit: <R>(decide: (entries: Entries) => { changes: Changes; result: R }) => Promise<R>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Makes the functions of the port; they write only where something changes. */
export function createUnreachableMarks({
  find,
  edit,
  now,
}: UnreachableParts): Pick<Links, 'markUnreachable' | 'clearUnreachable' | 'forgetTopic'> {
  return {
    async markUnreachable(user, chatId, reason) {
      const known = await find(user);
      if (known?.chatId !== chatId || known.unreachable?.reason === reason) return;
      await edit((entries) => {
        const link = readLink(user, entries.get(user));
        if (link?.chatId !== chatId || link.unreachable?.reason === reason)
          return { changes: new Map(), result: undefined };
        const since = link.unreachable?.since ?? isoSeconds(now());
        const entry = { ...fieldsOf(entries.get(user)), unreachable: { since, reason } };
        return { changes: new Map([[user, entry]]), result: undefined };
      });
    },
    async clearUnreachable(user, chatId) {
      const known = await find(user);
      if (known?.chatId !== chatId || known.unreachable === undefined) return;
      await edit((entries) => {
        if (chatIdOf(entries.get(user)) !== chatId) return { changes: new Map(), result: undefined };
        const { unreachable: _forgotten, ...entry } = fieldsOf(entries.get(user)) ?? {};
        return { changes: new Map([[user, entry]]), result: undefined };
      });
    },
    async forgetTopic(user, chatId, threadId) {
      await edit((entries) => {
        const link = readLink(user, entries.get(user));
        if (link?.chatId !== chatId || link.chat.threadId !== threadId)
          return { changes: new Map(), result: undefined };
        const { thread_id: _lost, ...entry } = fieldsOf(entries.get(user)) ?? {};
        return { changes: new Map([[user, entry]]), result: undefined };
      });
    },
  };
}
