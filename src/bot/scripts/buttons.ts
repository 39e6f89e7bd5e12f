/**
 * What the buttons under a message mean. A button carries a random token and nothing else; what it stands for is kept
 * here, in memory: after a restart, after a day, or when very many newer ones were made, a button is too old.
 *
 * Promises: a token does what it was made for, in the chat and message that it was made for, and only while the link
 * that it was made under lasts (whoever asks has to look at that); `use` says yes once.
 */
import { randomBytes } from 'node:crypto';

/** A linked account, and the very link: another link of the same account, made later, is another one. */
export interface LinkedAccount {
  readonly user: string;
  /** The account's uid, or `undefined` when this host doesn't know the name. */
  readonly uid: number | undefined;
  readonly chatId: number;
  /** When the link was made, as it stands in the file. */
  readonly linkedAt: string | undefined;
}

/** What stands around a button: a page of a list of scripts, with or without the account's standing, or one script. */
export type View = { readonly kind: 'status' | 'run'; readonly page: number } | { readonly kind: 'one' };

/** What a button does with a script, or which page of the list it shows. */
export type Action =
  | { readonly action: 'run' | 'mute' | 'unmute' | 'log'; readonly script: string }
  | { readonly action: 'page'; readonly page: number };

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
  /** Says which message carries them, which ends the buttons that it carried before. */
  bind(messageId: number): void;
}

/** @see createButtons */
export interface Buttons {
  sheet(chatId: number, view: View): Sheet;
  /** What the buttons that a message carries now stand in. */
  viewOf(chatId: number, messageId: number): View | undefined;
  /** What a token means in a message; `undefined` for one that is unknown, too old, or another message's. */
  look(token: string, chatId: number, messageId: number): Meaning | undefined;
  /** Uses a token up. @returns `false` when it was used already */
  use(token: string): boolean;
  /** Makes a used one good again, when nothing was done. */
  restore(token: string): void;
}

/** A sheet's place, once it has one. */
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

/** Marks a token, to tell it from what earlier versions and other programs put into a button. */
const MARK = 's';
const RANDOM_BYTES = 16;
const LASTS_MS = 24 * 3_600_000;
/** Tokens that are kept, of everybody and of one account: thirty lists of eight scripts with their three buttons. */
const MOST = 10_000;
const MOST_OF_ONE = 800;

/** Whether a button's data has the form of a token. */
export const isToken = (data: string): boolean => /^s[\w-]{22}$/.test(data);

/** @param now milliseconds that nobody sets */
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

  /** Ends whatever is over, and forgets messages whose buttons are gone. */
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
          if (entries.size >= most) dropFirst(() => true);
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
      // A press may be faster than Telegram's answer, which tells the message's number.
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
