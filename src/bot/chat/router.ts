import { type ApiClientOptions, Bot, type Context } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import { describeError } from '../telegram/http.ts';
import type { SkipReason } from '../telegram/updates/receive.ts';
import { dayOf } from './account-summary.ts';
import { type Asked, type BotCommand, type CommandParts, NOT_LINKED } from './command.ts';
import { COMMANDS } from './commands.ts';
import { normalizeCommand } from './normalize-command.ts';
import { ownersOf } from './owners.ts';
import { compose, type Piece, reply } from './reply.ts';
import { retryTransformer } from './retry-transformer.ts';
import { handleCallbackQuery } from './scripts/callback-query.ts';
import { mendRuns } from './scripts/run-message.ts';

/** What the router is made of. */
export interface RouterParts extends CommandParts {
  readonly token: string;
  readonly clientOptions: ApiClientOptions;
  /** Told of every message that an answer is, since the rate limits count it. */
  readonly spent: (chatId: number) => void;
  readonly log: Log;
}

/** Answers updates. */
export interface ChatRouter {
  /** Says something in a chat that didn't ask; what stops it is only logged. */
  tell(chatId: number, ...pieces: readonly Piece[]): Promise<void>;
  /**
   * Says how the runs ended that an earlier service left under way; never rejects. Resolves when it is known which
   * these are: before any other is begun.
   */
  mend(): Promise<void>;
  /** Answers one update; throws what went wrong, for the log. */
  handle(update: Update): Promise<void>;
  /** Says that one could not be answered, to whoever waits for that. */
  skip(update: Update, why: SkipReason): Promise<void>;
  /** Tells Telegram the list of commands. */
  publish(): Promise<void>;
}

const PASSED_OVER: Record<SkipReason, string> = {
  interrupted: 'I was interrupted while I worked on your message. Please send it again.',
  flood: 'That were too many messages at once, and I left some out. Please send again what matters.',
};

type InChat = Context & { chat: NonNullable<Context['chat']> };

/** Routes updates to commands over grammY. @param me what `getMe` said */
export function createChatRouter(me: UserFromGetMe, parts: RouterParts): ChatRouter {
  const bot = new Bot(parts.token, { botInfo: me, client: parts.clientOptions });
  bot.api.config.use(retryTransformer(parts.spent));

  async function asked(ctx: InChat): Promise<Asked> {
    const rest = String(ctx.match ?? '').trim();
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const owners = await ownersOf(parts, ctx.chat.id);
    return { ctx, words, rest, owners, users: owners.map(({ user }) => user), since: owners.map(dayOf) };
  }

  async function run(command: BotCommand, ctx: InChat): Promise<void> {
    try {
      const question = await asked(ctx);
      if (command.linkedOnly && question.users.length === 0) return await reply(ctx, NOT_LINKED);
      await command.run(parts, question);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      parts.log.warn({ command: command.name, code: error.code }, error.message);
      await reply(ctx, 'That did not work just now. The administrator sees why in the log; please try again later.');
    }
  }

  for (const command of COMMANDS) {
    bot.command(command.name, (ctx) => run(command, ctx as unknown as InChat));
  }

  bot.on('my_chat_member', async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    const gone = status === 'kicked' || status === 'left';
    for (const user of await parts.links.usersOf(ctx.chat.id)) {
      if (gone) await parts.links.markUnreachable(user, ctx.chat.id, 'The bot was blocked or removed from the chat.');
      else await parts.links.clearUnreachable(user, ctx.chat.id);
    }
  });

  bot.on('message:migrate_to_chat_id', async (ctx) => {
    const { migrate_to_chat_id: to } = ctx.message;
    if (Number.isSafeInteger(to)) await parts.links.moveChat(ctx.chat.id, to);
  });

  bot.on('callback_query', (ctx) =>
    handleCallbackQuery(parts, ctx, (sentence) => parts.log.warn({ command: 'press' }, sentence)),
  );

  bot.on('message', async (ctx) => {
    // A group's own talk, and its other bots' commands, are none of this one's business.
    const addressed = ctx.message.text?.match(/^\/\w+@(\w+)/)?.[1]?.toLowerCase() === me.username.toLowerCase();
    if (ctx.chat.type !== 'private' && !addressed) return;
    const { users } = await asked(ctx);
    await reply(ctx, users.length === 0 ? NOT_LINKED : 'I don’t understand that. /help shows what I do.');
  });

  async function tell(chatId: number, ...pieces: readonly Piece[]): Promise<void> {
    const { text, entities } = compose(pieces);
    await bot.api.sendMessage(chatId, text, { entities }).catch((error: unknown) => {
      parts.log.warn({ chat_id: chatId, err: describeError(error) }, 'A notice could not be sent');
    });
  }

  return {
    tell,
    async mend() {
      const { runs, tasks } = parts.scripts;
      // What can't be read was said already.
      const left = await runs.left().catch(() => []);
      if (left.length > 0) void tasks.start('mend', () => mendRuns(parts, bot.api, left, me.id));
    },
    handle: (update) => bot.handleUpdate(normalizeCommand(update)),
    async skip({ message }, why) {
      const meant = message?.chat.type === 'private' || message?.text?.startsWith('/');
      if (message === undefined || !meant) return;
      await tell(message.chat.id, PASSED_OVER[why]);
    },
    async publish() {
      const list = COMMANDS.map(({ name, description }) => ({ command: name, description }));
      await bot.api
        .setMyCommands(list)
        .catch((error: unknown) =>
          parts.log.warn({ err: describeError(error) }, 'The list of commands could not be set'),
        );
    },
  };
}
