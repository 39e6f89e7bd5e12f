/** Handles a pressed button: checks that it still means something, and does it. */
import type { Context } from 'grammy';
import type { PressAnswer } from '../../../core/chat/press.ts';
import { sentenceOf } from '../../../core/problem.ts';
import { pressFeature } from '../asking/feature-press.ts';
import type { SendButtons } from '../asking/send-button.ts';
import { threadField, threadOf } from '../chat-of.ts';
import { type CommandParts, updateKey } from '../command.ts';
import { pressAlertList } from '../commands/alerts/press-list.ts';
import { pressSetting } from '../commands/settings/press-setting.ts';
import { sentenceAbout } from '../format.ts';
import { stillLinked } from '../owners.ts';
import { type Action, isToken } from './buttons.ts';
import { redraw, turnPage } from './panel.ts';
import { type Press, say, shownName } from './press.ts';
import { alert, MAYBE_LATE, type PressDeps } from './press-answer.ts';
import { followRun } from './run-message.ts';
import { logPieces } from './script-log.ts';
import { stop } from './stop-press.ts';

/** How long the Mute button lasts: an hour, ms. */
const MUTE_MS = 3_600_000;

const DEAD = 'This button does nothing any more.';
const TOO_OLD = 'This button is too old: /status shows new ones.';
const FAILED = 'That did not work just now. The administrator sees why in the log; please try again later.';

/** Answers a press in the background; Telegram refuses the answer to a press that is too old. */
function answer(parts: CommandParts, ctx: Context, { text, alert: show_alert }: PressAnswer): void {
  const options = { ...(text === undefined ? {} : { text }), ...(show_alert && { show_alert }) };
  void parts.scripts.tasks.start('answer', async () => {
    await ctx.answerCallbackQuery(options);
  });
}

/** Shows the new state in the message, in the background: what it showed was true when it was sent. */
function refresh(parts: CommandParts, { meaning, place }: Press, script: string): void {
  void parts.scripts.tasks.start('redraw', () => redraw(parts, place, meaning.owner, script));
}

async function run(parts: CommandParts, press: Press, script: string): Promise<PressAnswer> {
  const { ctx, token, meaning, place } = press;
  const alone = meaning.view.kind === 'one' ? { messageId: place.messageId } : {};
  const once = { use: () => parts.buttons.use(token), restore: () => parts.buttons.restore(token) };
  const topic = threadField(place.threadId);
  const request = { update: updateKey(ctx), owner: meaning.owner, script, once, ...alone, ...topic };
  const launched = await parts.scripts.launch(request);
  if (launched.outcome === 'known') return {};
  if (launched.outcome === 'refused') return alert(launched.why);
  void parts.scripts.tasks.start('run', async () => {
    await followRun(parts, place.api, request, launched);
    if (meaning.view.kind !== 'one') refresh(parts, press, script);
  });
  return { text: `▶ ${shownName(script)} is running` };
}

async function mute(parts: CommandParts, press: Press, script: string): Promise<PressAnswer> {
  await parts.mutes.mute(press.meaning.owner, parts.now() + MUTE_MS, script);
  refresh(parts, press, script);
  return { text: `🔕 ${shownName(script)} is muted for 1h. Critical ones still come.` };
}

async function unmute(parts: CommandParts, press: Press, script: string): Promise<PressAnswer> {
  const { owner } = press.meaning;
  await parts.mutes.unmute(owner, script);
  refresh(parts, press, script);
  const still = await parts.mutes.isMuted(owner, script);
  if (still === false) return { text: `🔔 ${shownName(script)} is no longer muted.` };
  return alert(`Everything is muted, ${shownName(script)} too; /unmute alone ends that.`);
}

function log(parts: CommandParts, { meaning, place }: Press, script: string): PressAnswer {
  const { actor, tasks } = parts.scripts;
  void tasks.start('log', async () => {
    const asked = actor.log(meaning.owner.user, script, tasks.stopping);
    const pieces = await asked.then((lines) => logPieces(script, lines)).catch((error) => [sentenceAbout(error)]);
    await say(place, pieces);
  });
  return {};
}

function turnTo(parts: CommandParts, { meaning, place }: Press, page: number): PressAnswer {
  const { owner, view } = meaning;
  if (view.kind === 'one') return {};
  void parts.scripts.tasks.start('page', async () => {
    await turnPage(parts, place, owner, { ...view, page }).catch(async (error: unknown) => {
      await say(place, [sentenceAbout(error)]);
    });
  });
  return {};
}

/** Does a confirmed command once, as if the person had just typed it, and takes the button away. */
async function confirm(
  { parts, perform }: PressDeps,
  { ctx, token, place }: Press,
  { by, command }: Extract<Action, { action: 'command' }>,
): Promise<PressAnswer> {
  if (by !== undefined && by !== ctx.from?.id) return alert('Only who asked for this can confirm it.');
  const { buttons, scripts } = parts;
  if (!buttons.use(token)) return {};
  try {
    await perform(ctx, command);
  } catch (error) {
    buttons.restore(token);
    throw error;
  }
  void scripts.tasks.start('confirmed', async () => {
    await place.api.editMessageReplyMarkup(place.chatId, place.messageId);
  });
  return {};
}

/** Does what the button is for. @returns the answer to the press */
function perform(deps: PressDeps, press: Press): Promise<PressAnswer> | PressAnswer {
  const { parts } = deps;
  const { action } = press.meaning;
  if (action.action === 'page') return turnTo(parts, press, action.page);
  if (action.action === 'log') return log(parts, press, action.script);
  // A run is meant, and no later one.
  if (action.action === 'stop') return stop(parts, press, action);
  if (parts.isCatchingUp()) return alert(MAYBE_LATE);
  if (action.action === 'command') return confirm(deps, press, action);
  if (action.action === 'run') return run(parts, press, action.script);
  return action.action === 'mute' ? mute(parts, press, action.script) : unmute(parts, press, action.script);
}

async function answerFor(deps: PressDeps & { readonly sendButtons: SendButtons }, ctx: Context): Promise<PressAnswer> {
  const { parts } = deps;
  const elsewhere =
    (await deps.sendButtons.press(deps, ctx)) ??
    (await pressSetting(parts, ctx)) ??
    (await pressAlertList(parts, ctx)) ??
    (await pressFeature(parts, ctx));
  if (elsewhere !== undefined) return elsewhere;
  const { message, data } = ctx.callbackQuery ?? {};
  if (message?.chat === undefined || data === undefined || !isToken(data)) return { text: DEAD };
  const topic = threadField(threadOf(message));
  const place = { api: ctx.api, chatId: message.chat.id, messageId: message.message_id, ...topic };
  const meaning = parts.buttons.look(data, place.chatId, place.messageId);
  if (meaning === undefined) {
    // After a crash the press comes again; its run was begun before the crash.
    return (await parts.scripts.runs.knows(updateKey(ctx))) ? {} : alert(TOO_OLD);
  }
  // A command checks by itself whom it is for.
  if (meaning.action.action !== 'command' && !(await stillLinked(parts, meaning.owner))) {
    return alert(`The link of ${meaning.owner.user} to this chat has ended, and its buttons with it.`);
  }
  return perform(deps, { ctx, token: data, meaning, place });
}

/**
 * Answers a press. What takes longer than reading a file goes on in the background, so that it delays no update.
 *
 * @param failed called with the sentence of what went wrong, for the log
 */
export async function handleCallbackQuery(
  deps: PressDeps & { readonly sendButtons: SendButtons },
  ctx: Context,
  failed: (sentence: string) => void,
): Promise<void> {
  const notice = await answerFor(deps, ctx).catch((error: unknown) => {
    failed(sentenceOf(error));
    return alert(FAILED);
  });
  answer(deps.parts, ctx, notice);
}
