import type { Context } from 'grammy';
import type { Notification } from '../../shared/notification.ts';
import type { Receipt } from '../api/services.ts';
import type { Codes } from '../links/codes.ts';
import type { LinkingTrip } from '../links/linking.ts';
import type { Links } from '../links/links.ts';
import type { Mutes } from '../links/mutes.ts';
import type { Owner } from '../scripts/buttons.ts';
import type { Scripts } from '../scripts/scripts.ts';
import type { MakeTest } from '../test-notification.ts';

/** What the commands work with. */
export interface CommandParts {
  readonly links: Links;
  readonly codes: Codes;
  readonly linking: LinkingTrip;
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
  readonly owners: readonly Owner[];
  /** Their names, in the same order. */
  readonly users: readonly string[];
  /** Since which day each of them is linked, in the same order. */
  readonly since: readonly string[];
}

/** One command of the bot's. */
export interface Command {
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
