import type { Account } from '../account.ts';

/** A person in Telegram who pressed a button of a feature of the bot, or reacted to a message of it. */
export interface Presser {
  /** Telegram's id of the person, which is also that of their private chat. https://core.telegram.org/bots/api#user */
  readonly telegramId: number;
  /** What others call them, on one line: the account that their private chat is linked to, else their name in Telegram. */
  readonly name: string;
  /** The accounts that are linked to their private chat; none where they are a stranger to this host. */
  readonly accounts: readonly Account[];
}

/** A press of a button that belongs to a feature of the bot (`Button.press`). */
export interface FeaturePress {
  /** What stands behind the feature's name and `:` in the button. A modified client of Telegram can send any other text. */
  readonly data: string;
  /** The message that the button stands under, as Telegram says. */
  readonly place: { readonly chatId: number; readonly threadId?: number; readonly messageId: number };
  /** Whether Telegram says that this very button stands under that message; it says nothing of old and deleted ones. */
  readonly isUnder: boolean;
  /** Telegram's word for the chat: `private`, `group`, `supergroup`, `channel`. */
  readonly chatType: string;
  /** Whether strangers can find and join the chat: it has a public name. */
  readonly isPublic: boolean;
  readonly by: Presser;
  /** Names the update uniquely; after a crash the same one may come again. */
  readonly update: string;
}

/**
 * A 👍 that a person puts under a message of the bot. Telegram names no topic with it, and in a group tells only a bot that
 * is an administrator. https://core.telegram.org/bots/api#messagereactionupdated
 */
export type FeatureReaction = Omit<FeaturePress, 'data' | 'isUnder'>;

/** The answer to a press: a text that disappears by itself, or an alert that has to be closed. */
export interface PressAnswer {
  readonly text?: string;
  readonly alert?: boolean;
}

/** What a feature does with a press. */
export interface PressHandler {
  (press: FeaturePress): Promise<PressAnswer>;
  /** A press that waited at Telegram during an outage counts too: it can mean nothing else by now. */
  readonly takesLate?: true;
}

/**
 * What features of the bot do with presses of their buttons, by the name that the button's data begins with.
 *
 * @example { qu: questions.press } // the data `qu:K7QJ:0` is handed on as `K7QJ:0`
 */
export type FeaturePresses = Readonly<Record<string, PressHandler>>;
