/**
 * Buttons that send a text for the person who presses.
 *
 * A sender chooses what a button says and what it sends. So a press sends at once only under a message of the
 * one account that is linked to the presser's own private chat. Anywhere else a command, or words that are not those on the
 * button, are shown first, and sent after a second press of the same person.
 *
 * What waits for that press is in its message alone: the words in the text, the person in the button. It outlives a restart.
 */
import type { Context } from 'grammy';
import type { MaybeInaccessibleMessage, Message, User } from 'grammy/types';
import type { PressAnswer } from '../../../core/chat/press.ts';
import { accountTag, type PressedText, pressedText } from '../../telegram/render/buttons.ts';
import { oneLine } from '../format.ts';
import { ownersOf } from '../owners.ts';
import { compose } from '../reply.ts';
import { alert, MAYBE_LATE, type PressDeps } from '../scripts/press-answer.ts';
import { isNobody } from './presser.ts';

/** Begins the data of the button that confirms; behind it stands who may press it. */
const CONFIRM = 'c:';
/** UTF-16 units of a command and of a name that a question shows. */
const SHOWN = 64;
/** For how long one person is asked once about one button, ms; and questions that are remembered. */
const ASKED_MS = 60_000;
const MOST_REMEMBERED = 1000;

const isReadable = (message: MaybeInaccessibleMessage): message is Message => message.date !== 0;
const isCommand = (text: string) => text.startsWith('/');

/** Whether the label of a button is what it sends. */
const isOnLabel = ({ reply_markup: markup }: Message, data: string, text: string): boolean =>
  markup?.inline_keyboard
    .flat()
    .some((button) => 'callback_data' in button && button.callback_data === data && button.text === text) === true;

const byYourself = (why: string, text: string) => alert(`${why} Send it yourself: ${oneLine(text, SHOWN)}`);

/** Remembers keys for a while, a bounded number of them. */
function createRecent(now: () => number) {
  const until = new Map<string, number>();
  return {
    has: (key: string) => (until.get(key) ?? Number.NEGATIVE_INFINITY) > now(),
    add(key: string, ms: number) {
      until.delete(key);
      until.set(key, now() + ms);
      const [oldest] = until.keys();
      if (until.size > MOST_REMEMBERED && oldest !== undefined) until.delete(oldest);
    },
    remove: (key: string) => until.delete(key),
  };
}

/** A press whose message and person are known. */
interface Press {
  readonly ctx: Context;
  readonly message: Message;
  readonly from: User;
}

/** @see createSendButtons */
export interface SendButtons {
  /** The answer to a press; `undefined` where the button is another one's. */
  press(deps: PressDeps, ctx: Context): Promise<PressAnswer | undefined>;
}

/** @param clock milliseconds on a clock that is never set */
export function createSendButtons(clock: () => number): SendButtons {
  const asked = createRecent(clock);
  const done = createRecent(clock);

  async function isOwn({ parts }: PressDeps, { message, from }: Press, tag: string): Promise<boolean> {
    if (message.chat.type !== 'private' || message.chat.id !== from.id) return false;
    const [owner, ...others] = await ownersOf(parts, from.id);
    return owner !== undefined && others.length === 0 && accountTag(owner) === tag;
  }

  async function ask({ admits }: PressDeps, { ctx, message, from }: Press, text: string): Promise<PressAnswer> {
    const key = `${message.chat.id} ${message.message_id} ${from.id} ${text}`;
    if (asked.has(key)) return { text: 'Confirm it in the message below.' };
    if (!(await admits(message.chat.id))) return byYourself('That is too much at once.', text);
    asked.add(key, ASKED_MS);
    const whom = message.chat.type === 'private' ? [] : [{ bold: oneLine(from.first_name, SHOWN) }, ': '];
    const question = compose([...whom, 'Send ', { code: oneLine(text, SHOWN) }, ' as you?']);
    const data = `${CONFIRM}${from.id.toString(36)}`;
    await ctx.reply(question.text, {
      entities: question.entities,
      reply_markup: { inline_keyboard: [[{ text: 'Send it', callback_data: data }]] },
    });
    return {};
  }

  async function send(deps: PressDeps, press: Press, { tag, text }: PressedText, data: string): Promise<PressAnswer> {
    const isSeen = !isCommand(text) && isOnLabel(press.message, data, text);
    if (!isSeen && !(await isOwn(deps, press, tag))) return ask(deps, press, text);
    await deps.perform(press.ctx, text);
    return {};
  }

  /** Does what a question showed, once, and takes its button away. */
  async function confirm({ parts, perform }: PressDeps, { ctx, message, from }: Press, by: string) {
    if (by !== from.id.toString(36)) return alert('Only who asked for this can confirm it.');
    const { chat, message_id, text = '', entities = [] } = message;
    const code = entities.find(({ type }) => type === 'code');
    const key = `${chat.id} ${message_id}`;
    if (code === undefined || done.has(key)) return {};
    done.add(key, Number.POSITIVE_INFINITY);
    try {
      await perform(ctx, text.slice(code.offset, code.offset + code.length));
    } catch (error) {
      done.remove(key);
      throw error;
    }
    void parts.scripts.tasks.start('confirmed', async () => {
      await ctx.api.editMessageReplyMarkup(chat.id, message_id);
    });
    return {};
  }

  return {
    async press(deps, ctx) {
      const { message, data = '', from } = ctx.callbackQuery ?? {};
      const sent = pressedText(data);
      const by = data.startsWith(CONFIRM) ? data.slice(CONFIRM.length) : undefined;
      if (message === undefined || from === undefined || (sent === undefined && by === undefined)) return undefined;
      const what = sent?.text ?? 'the command';
      if (!isReadable(message)) return byYourself('This message is gone or too old.', what);
      if (isNobody(from)) return byYourself('Telegram does not say who you are.', what);
      if (message.chat.type === 'channel') return byYourself('In a channel nobody can send.', what);
      if (deps.parts.isCatchingUp()) return alert(MAYBE_LATE);
      const press = { ctx, message, from };
      return sent === undefined ? confirm(deps, press, by ?? '') : send(deps, press, sent, data);
    },
  };
}
