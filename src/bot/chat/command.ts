import type { Context } from 'grammy';
import type { Notification } from '../../core/notification.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Codes } from '../../storage/files/codes/codes.ts';
import type { Links } from '../../storage/files/links/links.ts';
import type { Mutes } from '../../storage/files/mutes.ts';
import type { MakeTest } from '../intake/test-notification.ts';
import type { LinkService } from '../links/link-service.ts';
import type { LinkedAccount } from '../scripts/buttons.ts';
import type { Scripts } from '../scripts/scripts.ts';

/** What the commands work with. */
export interface CommandParts {
  readonly links: Links;
  readonly codes: Codes;
  readonly linking: LinkService;
  readonly mutes: Mutes;
  readonly scripts: Scripts;
  /** The account's uid, or `undefined` when this host doesn't know the name. */
  readonly uidOf: (user: string) => Promise<number | undefined>;
  /** Deliveries that wait for a user. */
  readonly queued: (user: string) => number;
  /** Sends a notification of the bot's own through the outbox. */
  readonly notify: (notification: Notification) => Promise<Receipt>;
  readonly makeTest: MakeTest;
  /** How this server calls itself to people. */
  readonly host: string;
  readonly now: () => number;
}

/** A message's command, as somebody typed it. */
export interface Asked {
  readonly ctx: Context & { chat: NonNullable<Context['chat']> };
  /** The words behind the command. */
  readonly words: readonly string[];
  /** All that stands behind the command, as it was typed. */
  readonly rest: string;
  /** The accounts linked to the chat it came from, none when it isn't linked. */
  readonly owners: readonly LinkedAccount[];
  /** Their names, in the same order. */
  readonly users: readonly string[];
  /** Since which day each of them is linked, in the same order. */
  readonly since: readonly string[];
}

/** One command of the bot's. */
export interface BotCommand {
  readonly name: string;
  /** A line for `/help` and for Telegram's own list. */
  readonly description: string;
  /** What may follow the name, for `/help`. */
  readonly usage?: string;
  /** Needs a linked chat; others are told how to link. */
  readonly linkedOnly: boolean;
  run(parts: CommandParts, asked: Asked): Promise<void>;
}

/** Names an update for as long as any bot's may come again. */
export const updateKey = ({ me, update }: Pick<Context, 'me' | 'update'>): string => `${me.id}:${update.update_id}`;

/** What whoever isn't linked is told. */
export const NOT_LINKED = 'Use /start to link your account.';
