/**
 * The last message with each key: `keyed/`, one file an account, named by a digest of its user name and uid.
 *
 * Promises: a file is the old or the new one, complete, unless the power is cut; one that can't be read counts as empty, and
 * the next message replaces it. Nothing is synced: for a forgotten one, a new message is sent instead of an edit.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Account } from '../../core/account.ts';
import type { KeyedMessage, KeyedPlace } from '../../core/delivery/keyed-message.ts';
import type { KeyedMessages } from '../../queue/ports.ts';
import { makeDir } from '../../shared/files/durable.ts';
import { createKeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { KeyedBounds } from '../bounds.ts';
import { present } from './message-fields.ts';

const whole = v.pipe(v.number(), v.safeInteger());
const ENTRY = v.object({
  source: v.optional(v.string()),
  key: v.string(),
  chat_id: whole,
  thread_id: v.optional(whole),
  message_ids: v.array(whole),
  kind: v.optional(v.string()),
  file: v.optional(v.string()),
  at: whole,
});
const SHAPE = v.object({ user: v.string(), uid: v.optional(v.number()), messages: v.array(ENTRY) });

type Entry = v.InferOutput<typeof ENTRY>;

function fileNameOf({ user, uid }: Account): string {
  const digest = createHash('sha256').update(JSON.stringify([user, uid ?? null]));
  return `${digest.digest('hex').slice(0, 32)}.json`;
}

/** Whether an entry is that of a place. */
const isAt = ({ source, key, chatId, threadId }: KeyedPlace) => {
  return (entry: Entry) =>
    entry.key === key && entry.source === source && entry.chat_id === chatId && entry.thread_id === threadId;
};

function messageIn({ message_ids: messageIds, kind, file, at }: Entry): KeyedMessage {
  const form = kind === undefined ? undefined : { kind, ...(file !== undefined && { file }) };
  return { messageIds, ...(form !== undefined && { form }), at };
}

function entryOf(place: KeyedPlace, { messageIds, form, at }: KeyedMessage): Entry {
  const { source, key, chatId: chat_id, threadId: thread_id } = place;
  const { kind, file } = form ?? { kind: undefined, file: undefined };
  return present<Entry>({ source, key, chat_id, thread_id, message_ids: [...messageIds], kind, file, at });
}

/** What a file holds, the message that was sent or edited last at the end. */
async function entriesIn(path: string): Promise<readonly Entry[]> {
  try {
    const found = v.safeParse(SHAPE, JSON.parse(await readFile(path, 'utf8')));
    return found.success ? found.output.messages : [];
  } catch {
    return [];
  }
}

/** Opens the memory; touches nothing until first used. */
export function createKeyedMessages(dataDir: string, bounds: KeyedBounds): KeyedMessages {
  const folder = join(dataDir, 'keyed');
  const inTurn = createKeyedMutex();
  /** The file that was read last: after a start thousands of keys of one account are looked up, and a read takes 2 ms. */
  let latest: { readonly name: string; readonly entries: readonly Entry[] } | undefined;
  let writes = 0;

  async function entriesOf(name: string): Promise<readonly Entry[]> {
    if (latest?.name === name) return latest.entries;
    const before = writes;
    const entries = await entriesIn(join(folder, name));
    if (before === writes) latest = { name, entries };
    return entries;
  }

  /** Forgets accounts beyond the bound: those whose last message is the oldest. */
  async function makeRoom(name: string): Promise<void> {
    const names = (await readdir(folder)).filter((one) => one.endsWith('.json'));
    if (names.includes(name) || names.length < bounds.accounts) return;
    const ages = names.map(async (one) => {
      const { mtimeMs } = await stat(join(folder, one)).catch(() => ({ mtimeMs: 0 }));
      return { path: join(folder, one), mtimeMs };
    });
    const oldest = (await Promise.all(ages)).sort((a, b) => a.mtimeMs - b.mtimeMs);
    for (const { path } of oldest.slice(0, names.length - bounds.accounts + 1)) await rm(path, { force: true });
  }

  async function write(name: string, content: string): Promise<void> {
    await makeDir(folder);
    await makeRoom(name);
    const temporary = join(folder, `${name}.tmp`);
    try {
      await writeFile(temporary, content, { mode: 0o640 });
      await rename(temporary, join(folder, name));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  return {
    async find(place) {
      const entry = (await entriesOf(fileNameOf(place))).find(isAt(place));
      return entry && messageIn(entry);
    },
    remember(place, message) {
      const { user, uid } = place;
      const name = fileNameOf(place);
      return inTurn(name, async () => {
        const isSame = isAt(place);
        const others = (await entriesOf(name)).filter((entry) => !isSame(entry));
        const messages = [...others, entryOf(place, message)].slice(-bounds.account);
        try {
          await write(name, JSON.stringify({ user, uid, messages }));
        } finally {
          // What others read meanwhile may be the old file.
          writes += 1;
          latest = undefined;
        }
      });
    },
  };
}
