/**
 * The update log as a file: `updates.json`.
 *
 * Format: `{"bot_id", "updates": [{"update", "tries", "consumers"?}], "others"?: [{"update", "consumers"}]}`. `updates`
 * holds what is open for the consumer `chat`, the only one that version 0.1 has, and `tries` how often that consumer has
 * begun it; `consumers` says the same of the others. What is open for other consumers alone is in `others`, which
 * version 0.1 does not read. So both versions read each other's files, and `chat` handles nothing twice.
 *
 * A file that is not JSON is renamed to `updates.json.corrupt-TIME` and reported, never overwritten.
 */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import type { Update } from '../../core/update.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import { readRegular } from '../../shared/files/regular-file.ts';
import { shareNext } from '../../shared/process/serialize.ts';
import { BOUNDS } from '../bounds.ts';
import type { UpdateBacklog, UpdateLog } from '../ports.ts';

/** How often an update is begun; one that ends the process each time must not do so for ever. */
const MOST_TRIES = 3;
/** The consumer whose updates stand where version 0.1 looks for them. */
const CHAT = 'chat';

/** An update and the consumers that have not acknowledged it, each with how often it has begun it. */
interface Entry<U> {
  readonly update: U;
  readonly open: Map<string, number>;
}

interface StoredEntry<U> {
  readonly update: U;
  readonly tries?: number;
  readonly consumers?: Readonly<Record<string, number>>;
}

interface Stored<U> {
  readonly bot_id: number;
  readonly updates: readonly StoredEntry<U>[];
  readonly others?: readonly StoredEntry<U>[];
}

function storedForm<U>(botId: number, entries: Iterable<Entry<U>>): Stored<U> {
  const updates: StoredEntry<U>[] = [];
  const others: StoredEntry<U>[] = [];
  for (const { update, open } of entries) {
    const { [CHAT]: tries, ...rest } = Object.fromEntries(open);
    const consumers = Object.keys(rest).length === 0 ? {} : { consumers: rest };
    if (tries === undefined) others.push({ update, ...consumers });
    else updates.push({ update, tries, ...consumers });
  }
  return { bot_id: botId, updates, ...(others.length === 0 ? {} : { others }) };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Reads an entry; `undefined` for one that makes no sense or that is open for none of the consumers. */
function readEntry<U extends Update>(
  value: unknown,
  consumers: readonly string[],
  isChats: boolean,
): Entry<U> | undefined {
  if (!isObject(value) || !isObject(value.update) || typeof value.update.update_id !== 'number') return undefined;
  const begun: Record<string, unknown> = {
    ...(isObject(value.consumers) ? value.consumers : {}),
    ...(isChats ? { [CHAT]: value.tries } : {}),
  };
  const open = new Map<string, number>();
  for (const name of consumers) {
    if (Object.hasOwn(begun, name)) open.set(name, typeof begun[name] === 'number' ? begun[name] : 0);
  }
  return open.size === 0 ? undefined : { update: value.update as unknown as U, open };
}

function readEntries<U extends Update>(stored: Record<string, unknown>, consumers: readonly string[]): Entry<U>[] {
  const chats = listOf(stored.updates).map((value) => readEntry<U>(value, consumers, true));
  const others = listOf(stored.others).map((value) => readEntry<U>(value, consumers, false));
  const entries = [...chats, ...others].filter((entry) => entry !== undefined);
  // Update ids rise, so this restores the order in which the updates came.
  return others.length === 0 ? entries : entries.sort((a, b) => a.update.update_id - b.update.update_id);
}

function backlogOf<U extends Update>(consumer: string, entries: readonly Entry<U>[]): UpdateBacklog<U> {
  const mine = entries.filter(({ open }) => open.has(consumer));
  const interrupted = ({ open }: Entry<U>) => (open.get(consumer) ?? 0) >= MOST_TRIES;
  return {
    updates: mine.filter((entry) => !interrupted(entry)).map(({ update }) => update),
    interrupted: mine.filter(interrupted).map(({ update }) => update),
  };
}

/**
 * Creates the log in `dataDir`; nothing is read before `open`.
 *
 * @param guard called before each write; what it throws, the write throws
 * @param mostOpen updates beyond which a source takes no more
 */
export function createUpdateLog<U extends Update>(
  dataDir: string,
  guard: () => Promise<void> = async () => {},
  mostOpen = BOUNDS.openUpdates,
): UpdateLog<U> {
  const path = join(dataDir, 'updates.json');
  const entries = new Map<number, Entry<U>>();
  let botId = 0;
  let consumers: readonly string[] = [];
  /** Whether the file, if there is one, holds no update. */
  let empty = true;

  async function write(): Promise<void> {
    // What is begun or acknowledged in the same turn goes into the same write.
    await Promise.resolve();
    if (entries.size === 0 && empty) return;
    await guard();
    const nothing = entries.size === 0;
    await writeDurably(path, JSON.stringify(storedForm(botId, entries.values())), 0o660);
    empty = nothing;
  }

  const flush = shareNext(write);

  async function read(): Promise<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse((await readRegular(path)).toString('utf8'));
      if (isObject(value)) return value;
      throw new Error('it is not an object');
    } catch (error) {
      // Telegram still has what is not confirmed; what was confirmed stays in the renamed file for a person to see.
      if (errnoOf(error) !== 'ENOENT') await rename(path, `${path}.corrupt-${Date.now()}`);
      return {};
    }
  }

  return {
    async open(id, names) {
      botId = id;
      consumers = names;
      const stored = await read();
      if (stored.bot_id === id) {
        empty = false;
        for (const entry of readEntries<U>(stored, names)) entries.set(entry.update.update_id, entry);
      }
      const found = [...entries.values()];
      return new Map(names.map((name) => [name, backlogOf(name, found)]));
    },
    append(updates) {
      for (const update of updates) {
        if (entries.has(update.update_id)) continue;
        entries.set(update.update_id, { update, open: new Map(consumers.map((name) => [name, 0])) });
      }
      return flush();
    },
    begin(consumer, updateId) {
      const open = entries.get(updateId)?.open;
      const times = Math.min(MOST_TRIES, (open?.get(consumer) ?? 0) + 1);
      if (open?.has(consumer)) open.set(consumer, times);
      return times;
    },
    ack(consumer, updateId) {
      const open = entries.get(updateId)?.open;
      open?.delete(consumer);
      if (open?.size === 0) entries.delete(updateId);
      return flush();
    },
    flush,
    size: () => entries.size,
    hasRoom: () => entries.size < mostOpen,
    async unreadable() {
      const found = (await readdir(dataDir)).filter((name) => name.startsWith('updates.json.corrupt-'));
      return found.map(
        (name) => `${join(dataDir, name)} can't be read, and what was asked there is not answered: remove it.`,
      );
    },
  };
}
