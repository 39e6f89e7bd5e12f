import type { Context } from 'grammy';
import type { FeaturePresses } from '../../core/chat/press.ts';
import type { Notification } from '../../core/notification.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { KeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { Codes, Links, Mutes } from '../../storage/ports.ts';
import type { AlertChat } from '../alerts/people/alert-chat.ts';
import type { Registry } from '../destinations/registry.ts';
import type { MakeTest } from '../intake/test-notification.ts';
import type { LinkService } from '../links/link-service.ts';
import type { LinkedAccount } from '../links/linked-account.ts';
import type { PeopleServices } from '../people/people.ts';
import type { RulesSource } from '../rules/rules.ts';
import type { Scripts } from '../scripts/scripts.ts';
import type { Buttons } from './scripts/buttons.ts';

/** What the commands use of the other modules. */
export interface CommandServices {
  readonly links: Links;
  readonly codes: Codes;
  readonly linking: LinkService;
  readonly registry: Registry;
  readonly mutes: Mutes;
  readonly people: PeopleServices;
  readonly scripts: Scripts;
  readonly rules: Pick<RulesSource, 'current'>;
  readonly alerts: AlertChat;
  /** The account's uid, or `undefined` when this host doesn't know the name. */
  readonly uidOf: (user: string) => Promise<number | undefined>;
  /** How many deliveries of a user wait. */
  readonly queued: (user: string) => number;
  /** Sends a notification of the bot's own through the queue. */
  readonly notify: (notification: Notification) => Promise<Receipt>;
  /** What features do with presses of their buttons. */
  readonly presses: FeaturePresses;
  readonly makeTest: MakeTest;
  /** The server's name, as messages to linked chats show it. */
  readonly host: string;
  /** What a chat that is not linked is told in its place: anybody in Telegram can ask. */
  readonly strangersHost: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the commands work with. */
export interface CommandParts extends CommandServices {
  /** What the buttons under messages mean. */
  readonly buttons: Buttons;
  /** Waits until a message or an edit may go to a chat, and counts it. */
  readonly turn: (chatId: number) => Promise<void>;
  /** Edits of one message, in order. */
  readonly inTurn: KeyedMutex;
  /** Whether updates that arrive now may have waited at Telegram for minutes. */
  readonly isCatchingUp: () => boolean;
}

/** A command that somebody typed. */
export interface Asked {
  readonly ctx: Context & { chat: NonNullable<Context['chat']> };
  /** The words after the command. */
  readonly words: readonly string[];
  /** Everything after the command, as it was typed. */
  readonly rest: string;
  /** The accounts that are linked to the chat; none when it isn't linked. */
  readonly owners: readonly LinkedAccount[];
  /** Their names, in the same order. */
  readonly users: readonly string[];
}

/** One command of the bot. */
export interface BotCommand {
  readonly name: string;
  /** One line for `/help` and for Telegram's menu. */
  readonly description: string;
  /** The arguments, for `/help`. */
  readonly usage?: string;
  /** Only for linked chats; other chats get the answer how to link. */
  readonly linkedOnly: boolean;
  /** It changes something, so a command that arrives minutes late is asked about first. */
  readonly asksWhenLate: boolean;
  /** It is obeyed where a channel posts it, too. A channel’s posts are nobody’s commands otherwise. */
  readonly inChannels?: true;
  run(parts: CommandParts, asked: Asked): Promise<void>;
}

/** Names an update uniquely among those of all bots. */
export const updateKey = ({ me, update }: Pick<Context, 'me' | 'update'>): string => `${me.id}:${update.update_id}`;

/** The answer in a chat that is not linked. */
export const NOT_LINKED = 'Use /start to link your account.';
