/**
 * Updates that were taken from Telegram and are not done with, so that they can be confirmed at once: one slow chat
 * then holds up nobody, and a crash loses none.
 *
 * Promises: when `keep` has resolved, what is under way survives a power cut. After a crash an update that was done
 * but not yet crossed off is handled once more. One that was begun three times without an end is given up: it stays here
 * until whoever sent it has been told.
 */
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import type { Update } from '../../core/update.ts';
import { writeDurably } from '../../shared/files/durable.ts';

/** How often an update is begun; one that ends the process each time must not do so for ever. */
const MOST_TRIES = 3;

interface Entry<U> {
  readonly update: U;
  tries: number;
}

/** @see createUpdateLog */
export interface UpdateLog<U extends Update> {
  /** What a crash left, oldest first; `keep` stores that it is begun again. @returns apart from it what is given up */
  open(botId: number): Promise<{ updates: U[]; givenUp: U[] }>;
  /** What was put aside because it can't be read: a sentence for each such file. */
  putAside(): Promise<string[]>;
  /** Takes an update in, unless it is here already. */
  add(update: U): void;
  done(updateId: number): void;
  /** Stores what is under way; calls made meanwhile share the next write. @throws the system's error */
  keep(): Promise<void>;
  /** How many are under way. */
  size(): number;
}

/** A journal in `dataDir/updates.json`. */
export function createUpdateLog<U extends Update>(dataDir: string): UpdateLog<U> {
  const path = join(dataDir, 'updates.json');
  const entries = new Map<number, Entry<U>>();
  let botId = 0;
  let writing: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let empty = true;

  async function write(): Promise<void> {
    if (entries.size === 0 && empty) return;
    const nothing = entries.size === 0;
    await writeDurably(path, JSON.stringify({ bot_id: botId, updates: [...entries.values()] }), 0o660);
    empty = nothing;
  }

  function keep(): Promise<void> {
    if (writing === undefined) {
      writing = write().finally(() => {
        writing = undefined;
      });
      return writing;
    }
    following ??= writing
      .catch(() => {})
      .then(() => {
        following = undefined;
        return keep();
      });
    return following;
  }

  async function read(): Promise<{ bot_id?: unknown; updates?: unknown }> {
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (typeof value === 'object' && value !== null) return value;
      throw new Error('it is not an object');
    } catch (error) {
      // Telegram still has what is not confirmed; what was confirmed stays in the file for a person to see.
      if (errnoOf(error) !== 'ENOENT') await rename(path, `${path}.corrupt-${Date.now()}`);
      return {};
    }
  }

  return {
    async open(id) {
      botId = id;
      const stored = await read();
      const updates: U[] = [];
      const givenUp: U[] = [];
      if (stored.bot_id !== id || !Array.isArray(stored.updates)) return { updates, givenUp };
      empty = false;
      for (const entry of stored.updates as Entry<U>[]) {
        if (typeof entry?.update?.update_id !== 'number') continue;
        const { update, tries = 0 } = entry;
        (tries >= MOST_TRIES ? givenUp : updates).push(update);
        entries.set(update.update_id, { update, tries: Math.min(MOST_TRIES, tries + 1) });
      }
      return { updates, givenUp };
    },
    add(update) {
      if (!entries.has(update.update_id)) entries.set(update.update_id, { update, tries: 1 });
    },
    done(updateId) {
      entries.delete(updateId);
    },
    async putAside() {
      const found = (await readdir(dataDir)).filter((name) => name.startsWith('updates.json.corrupt-'));
      return found.map(
        (name) => `${join(dataDir, name)} can't be read, and what was asked there is not answered: remove it.`,
      );
    },
    keep,
    size: () => entries.size,
  };
}
