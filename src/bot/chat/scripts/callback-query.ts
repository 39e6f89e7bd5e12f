/** A pressed button: who may, and what it does. */
import type { Context } from 'grammy';
import { sentenceOf } from '../../../core/problem.ts';
import { isToken, type Meaning } from '../../scripts/buttons.ts';
import { type CommandParts, updateKey } from '../command.ts';
import { cut, oneLine, sentenceAbout } from '../format.ts';
import { stillLinked } from '../owners.ts';
import { compose } from '../reply.ts';
import { type PanelPlace, redraw, turnPage } from './panel.ts';
import { followRun } from './run-message.ts';
import { logPieces } from './script-log.ts';

/** Characters of a notice. https://core.telegram.org/bots/api#answercallbackquery */
const LONGEST_NOTICE = 200;
/** How long the Mute button lasts: an hour, ms. */
const MUTE_MS = 3_600_000;

const DEAD = 'This button does nothing any more.';
const TOO_OLD = 'This button is too old: /status shows new ones.';
const FAILED = 'That did not work just now. The administrator sees why in the log; please try again later.';

/** What a press is answered with: a word in passing, or an alert that has to be closed. */
interface Notice {
  readonly text?: string;
  readonly alert?: boolean;
}

/** A pressed button that is good, and what it stands under. */
interface Press {
  readonly ctx: Context;
  readonly token: string;
  readonly meaning: Meaning;
  readonly place: PanelPlace;
}

const alert = (text: string): Notice => ({ text: cut(text, LONGEST_NOTICE), alert: true });
const shownName = (name: string) => oneLine(name, 60);

/** Answers a press; a query that was answered before, or is too old for Telegram, needs none. */
function answer(parts: CommandParts, ctx: Context, { text, alert: show_alert }: Notice): void {
  const options = { ...(text === undefined ? {} : { text }), ...(show_alert && { show_alert }) };
  void parts.scripts.tasks.start('answer', async () => {
    await ctx.answerCallbackQuery(options);
  });
}

/** Draws the message anew, which is a favour: what it showed was true when it was sent. */
function refresh(parts: CommandParts, { meaning, place }: Press, script: string): void {
  void parts.scripts.tasks.start('redraw', () => redraw(parts, place, meaning.owner, script));
}

async function run(parts: CommandParts, press: Press, script: string): Promise<Notice> {
  const { ctx, token, meaning, place } = press;
  const alone = meaning.view.kind === 'one' ? { messageId: place.messageId } : {};
  const wish = { update: updateKey(ctx), owner: meaning.owner, script, token, ...alone };
  const launched = await parts.scripts.launch(wish);
  if (launched.outcome === 'known') return {};
  if (launched.outcome === 'refused') return alert(launched.why);
  void parts.scripts.tasks.start('run', async () => {
    await followRun(parts, place.api, wish, launched);
    if (meaning.view.kind !== 'one') refresh(parts, press, script);
  });
  return { text: `▶ ${shownName(script)} is running` };
}

async function mute(parts: CommandParts, press: Press, script: string): Promise<Notice> {
  await parts.mutes.mute(press.meaning.owner.user, parts.now() + MUTE_MS, script);
  refresh(parts, press, script);
  return { text: `🔕 ${shownName(script)} is muted for 1h. Critical ones still come.` };
}

async function unmute(parts: CommandParts, press: Press, script: string): Promise<Notice> {
  const { user } = press.meaning.owner;
  await parts.mutes.unmute(user, script);
  refresh(parts, press, script);
  const still = await parts.mutes.isMuted(user, script);
  if (still === false) return { text: `🔔 ${shownName(script)} is heard again.` };
  return alert(`Everything is muted, ${shownName(script)} too; /unmute alone ends that.`);
}

function log(parts: CommandParts, { meaning, place }: Press, script: string): Notice {
  const { actor, tasks } = parts.scripts;
  void tasks.start('log', async () => {
    const asked = actor.log(meaning.owner.user, script, tasks.stopping);
    const pieces = await asked.then((lines) => logPieces(script, lines)).catch((error) => [sentenceAbout(error)]);
    const { text, entities } = compose(pieces);
    await place.api.sendMessage(place.chatId, text, { entities, disable_notification: true });
  });
  return {};
}

function turnTo(parts: CommandParts, { meaning, place }: Press, page: number): Notice {
  const { owner, view } = meaning;
  if (view.kind === 'one') return {};
  void parts.scripts.tasks.start('page', async () => {
    await turnPage(parts, place, owner, { ...view, page }).catch(async (error: unknown) => {
      await place.api.sendMessage(place.chatId, sentenceAbout(error), { disable_notification: true });
    });
  });
  return {};
}

/** Does what the button is for. @returns what to say to whoever pressed it */
function perform(parts: CommandParts, press: Press): Promise<Notice> | Notice {
  const { action } = press.meaning;
  if (action.action === 'page') return turnTo(parts, press, action.page);
  if (action.action === 'run') return run(parts, press, action.script);
  if (action.action === 'log') return log(parts, press, action.script);
  return action.action === 'mute' ? mute(parts, press, action.script) : unmute(parts, press, action.script);
}

async function judge(parts: CommandParts, ctx: Context): Promise<Notice> {
  const { message, data } = ctx.callbackQuery ?? {};
  if (message?.chat === undefined || data === undefined || !isToken(data)) return { text: DEAD };
  const place = { api: ctx.api, chatId: message.chat.id, messageId: message.message_id };
  const meaning = parts.scripts.buttons.look(data, place.chatId, place.messageId);
  if (meaning === undefined) {
    // After a crash the press comes again, and its run was begun.
    return (await parts.scripts.runs.knows(updateKey(ctx))) ? {} : alert(TOO_OLD);
  }
  if (!(await stillLinked(parts, meaning.owner))) {
    return alert(`The link of ${meaning.owner.user} to this chat has ended, and its buttons with it.`);
  }
  return perform(parts, { ctx, token: data, meaning, place });
}

/**
 * Answers a press. What takes longer than a look at a file goes on in the background, so that neither the chat's next update nor
 * anybody's waits for it.
 *
 * @param failed told of a Problem, for the log
 */
export async function handleCallbackQuery(
  parts: CommandParts,
  ctx: Context,
  failed: (sentence: string) => void,
): Promise<void> {
  const notice = await judge(parts, ctx).catch((error: unknown) => {
    failed(sentenceOf(error));
    return alert(FAILED);
  });
  answer(parts, ctx, notice);
}
