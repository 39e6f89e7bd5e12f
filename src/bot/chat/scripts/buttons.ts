/**
 * What the buttons under a message mean. A button carries a random token and nothing else; its meaning is kept in memory.
 * After a restart, after a day, or when very many newer ones were made, a button is too old.
 *
 * Promises: a token means something only in the chat and the message that it was made for; `use` returns `true` once.
 * The caller has to check that the link of the button's owner still exists.
 */
import { randomBytes } from 'node:crypto';
import type { LinkedAccount } from '../../links/linked-account.ts';

/** The message around a button: a page of the list of scripts (`status` with the account's summary), or one script. */
export type View = { readonly kind: 'status' | 'run'; readonly page: number } | { readonly kind: 'one' };

/** What a button does with a script, or the page of the list that it shows. */
export type Action =
  | { readonly action: 'run' | 'mute' | 'unmute' | 'log'; readonly script: string }
  | {
      readonly action: 'stop';
      readonly script: string;
      /** The update that began the run. */
      readonly run: string;
    }
  | { readonly action: 'page'; readonly page: number }
  | {
      readonly action: 'command';
      /** A command as somebody would type it. */
      readonly command: string;
      /** Telegram's id of the person who gave it, the only one who can confirm it; `undefined` when it is not known. */
      readonly by: number | undefined;
    };

/** A button's meaning. */
export interface Meaning {
  readonly owner: LinkedAccount;
  readonly view: View;
  readonly action: Action;
}

/** The buttons of one message, made before it is sent. */
export interface Sheet {
  /** A token for a button, 23 bytes; Telegram takes 64. */
  token(owner: LinkedAccount, action: Action): string;
  /** Names the message that carries them; the buttons that it carried before end. */
  bind(messageId: number): void;
}

/** @see createButtons */
export interface Buttons {
  sheet(chatId: number, view: View): Sheet;
  /** The view that a message with buttons shows now. */
  viewOf(chatId: number, messageId: number): View | undefined;
  /** The meaning of a token in a message; `undefined` when it is unknown, too old, or another message's. */
  look(token: string, chatId: number, messageId: number): Meaning | undefined;
  /** Marks a token as used. @returns `false` when it was used already */
  use(token: string): boolean;
  /** Makes a used token usable again, when nothing was done. */
  restore(token: string): void;
}

/** A sheet, and its message once there is one. */
interface Bound {
  readonly view: View;
  messageId?: number;
}

interface Entry {
  readonly meaning: Meaning;
  readonly sheet: Bound;
  readonly until: number;
  used: boolean;
}

/** Begins every token, to tell it from what earlier versions and other programs put into a button. */
const MARK = 's';
const RANDOM_BYTES = 16;
const LASTS_MS = 24 * 3_600_000;
/** Tokens kept in all, and of one account: thirty lists of eight scripts with three buttons each. */
const MOST = 10_000;
const MOST_OF_ONE = 800;

/** Whether a button's data has the form of a token. */
export const isToken = (data: string): boolean => /^s[\w-]{22}$/.test(data);

/** @param now milliseconds on a clock that is never set */
export function createButtons(now: () => number, most = MOST, mostOfOne = MOST_OF_ONE): Buttons {
  /** Oldest first. */
  const entries = new Map<string, Entry>();
  const counts = new Map<string, number>();
  /** By chat and message. */
  const sheets = new Map<string, Bound>();

  function drop(token: string, { meaning }: Entry): void {
    entries.delete(token);
    const { user } = meaning.owner;
    const left = (counts.get(user) ?? 1) - 1;
    if (left === 0) counts.delete(user);
    else counts.set(user, left);
  }

  function dropFirst(fits: (entry: Entry) => boolean): void {
    for (const [token, entry] of entries) {
      if (!fits(entry)) continue;
      drop(token, entry);
      return;
    }
  }

  /** The account with the most tokens: when there are too many, it loses its oldest. */
  function largest(): string | undefined {
    let found: readonly [string, number] | undefined;
    for (const entry of counts) if (found === undefined || entry[1] > found[1]) found = entry;
    return found?.[0];
  }

  /** Drops tokens that are too old, and messages whose buttons are gone. */
  function tidy(): void {
    const time = now();
    for (const [token, entry] of entries) {
      if (entry.until > time) break;
      drop(token, entry);
    }
    if (sheets.size <= most) return;
    const alive = new Set([...entries.values()].map(({ sheet }) => sheet));
    for (const [place, sheet] of sheets) if (!alive.has(sheet)) sheets.delete(place);
  }

  return {
    sheet(chatId, view) {
      const sheet: Bound = { view };
      return {
        token(owner, action) {
          tidy();
          if ((counts.get(owner.user) ?? 0) >= mostOfOne) dropFirst(({ meaning }) => meaning.owner.user === owner.user);
          if (entries.size >= most) {
            const user = largest();
            dropFirst(({ meaning }) => meaning.owner.user === user);
          }
          const token = MARK + randomBytes(RANDOM_BYTES).toString('base64url');
          entries.set(token, { meaning: { owner, view, action }, sheet, until: now() + LASTS_MS, used: false });
          counts.set(owner.user, (counts.get(owner.user) ?? 0) + 1);
          return token;
        },
        bind(messageId) {
          const place = `${chatId} ${messageId}`;
          const before = sheets.get(place);
          if (before !== undefined && before !== sheet) {
            for (const [token, entry] of entries) if (entry.sheet === before) drop(token, entry);
          }
          sheets.set(place, sheet);
          sheet.messageId = messageId;
        },
      };
    },
    viewOf: (chatId, messageId) => sheets.get(`${chatId} ${messageId}`)?.view,
    look(token, chatId, messageId) {
      tidy();
      const entry = entries.get(token);
      if (entry === undefined || entry.meaning.owner.chatId !== chatId) return undefined;
      // A press may come before Telegram's answer that holds the message's number.
      const bound = entry.sheet.messageId ?? messageId;
      return bound === messageId ? entry.meaning : undefined;
    },
    use(token) {
      const entry = entries.get(token);
      if (entry === undefined || entry.used) return false;
      entry.used = true;
      return true;
    },
    restore(token) {
      const entry = entries.get(token);
      if (entry !== undefined) entry.used = false;
    },
  };
}
