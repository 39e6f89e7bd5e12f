import { type ApiClientOptions, Bot, type Context } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { Log } from '../../shared/log.ts';
import { Problem } from '../../shared/problem.ts';
import { describeError } from '../telegram/http.ts';
import type { PassedOver } from '../telegram/receive.ts';
import { type Asked, type Command, type CommandParts, NOT_LINKED } from './command.ts';
import { COMMANDS } from './commands.ts';
import { withPatience } from './patience.ts';
import { compose, type Piece, reply } from './reply.ts';
import { spelled } from './spelling.ts';

/** What the router is made of. */
export interface RouterParts extends CommandParts {
  readonly token: string;
  readonly clientOptions: ApiClientOptions;
  /** Told of every message that an answer is, since the rate limits count it. */
  readonly spent: (chatId: number) => void;
  readonly log: Log;
}

/** Answers updates. */
export interface Router {
  /** Says something in a chat that didn't ask; what stops it is only logged. */
  tell(chatId: number, ...pieces: readonly Piece[]): Promise<void>;
  /** Answers one update; throws what went wrong, for the log. */
  handle(update: Update): Promise<void>;
  /** Says that one could not be answered, to whoever waits for that. */
  passOver(update: Update, why: PassedOver): Promise<void>;
  /** Tells Telegram the list of commands. */
  publish(): Promise<void>;
}

const PASSED_OVER: Record<PassedOver, string> = {
  interrupted: 'I was interrupted while I worked on your message. Please send it again.',
  flood: 'That were too many messages at once, and I left some out. Please send again what matters.',
};

type InChat = Context & { chat: NonNullable<Context['chat']> };

/** Routes updates to commands over grammY. @param me what `getMe` said */
export function createRouter(me: UserFromGetMe, parts: RouterParts): Router {
  const bot = new Bot(parts.token, { botInfo: me, client: parts.clientOptions });
  bot.api.config.use(withPatience(parts.spent));

  /** Who is linked to a chat and still the account that was linked. */
  async function linkedTo(chatId: number): Promise<{ user: string; since: string }[]> {
    const found: { user: string; since: string }[] = [];
    for (const user of await parts.links.usersOf(chatId)) {
      const link = await parts.links.find(user, await parts.uidOf(user));
      if (link?.chatId === chatId) found.push({ user, since: link.linkedAt?.slice(0, 10) ?? 'an unknown day' });
    }
    return found;
  }

  async function asked(ctx: InChat, words: readonly string[]): Promise<Asked> {
    const linked = await linkedTo(ctx.chat.id);
    return { ctx, words, users: linked.map(({ user }) => user), since: linked.map(({ since }) => since) };
  }

  async function run(command: Command, ctx: InChat): Promise<void> {
    const words = String(ctx.match ?? '')
      .split(/\s+/)
      .filter((word) => word !== '');
    try {
      const question = await asked(ctx, words);
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
    await parts.links.moveChat(ctx.chat.id, ctx.message.migrate_to_chat_id);
  });

  bot.on('callback_query', (ctx) => ctx.answerCallbackQuery({ text: 'This button does nothing any more.' }));

  bot.on('message', async (ctx) => {
    // A group's own talk, and its other bots' commands, are none of this one's business.
    const addressed = ctx.message.text?.match(/^\/\w+@(\w+)/)?.[1]?.toLowerCase() === me.username.toLowerCase();
    if (ctx.chat.type !== 'private' && !addressed) return;
    const { users } = await asked(ctx, []);
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
    handle: (update) => bot.handleUpdate(spelled(update)),
    async passOver({ message }, why) {
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
