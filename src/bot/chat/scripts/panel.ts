/** The message that shows an account's scripts with their buttons: makes, sends and edits it. */
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { LinkedAccount } from '../../links/linked-account.ts';
import { accountSummary } from '../account-summary.ts';
import type { Asked, CommandParts } from '../command.ts';
import { compose, type Piece } from '../reply.ts';
import type { Sheet, View } from './buttons.ts';
import { listKeyboard, listPieces, mutedUntil, pageOf, runButton, scriptButtons } from './script-list.ts';

/** A message with buttons that is not sent yet. */
export interface Panel {
  readonly pieces: readonly Piece[];
  readonly keyboard: InlineKeyboardMarkup;
  readonly sheet: Sheet;
}

/** A view that shows a page of the list. */
export type ListView = Extract<View, { page: number }>;

/** Mutes that are listed above the scripts, whose lines show their own; few enough for all of it to fit a message. */
const MUTES_ABOVE = 8;

/**
 * Asks the actor for an account's scripts, and makes a page of them.
 *
 * @throws Problem of the actor; `mutes_unreadable`
 */
export async function listPanel(parts: CommandParts, owner: LinkedAccount, view: ListView): Promise<Panel> {
  const scripts = await parts.scripts.actor.list(owner.user, parts.scripts.tasks.stopping);
  const mutes = await parts.mutes.list(owner);
  const page = pageOf(scripts, view.page);
  const sheet = parts.buttons.sheet(owner.chatId, { ...view, page: page.page });
  const status = view.kind === 'status';
  const above: Piece[] = status
    ? await accountSummary(parts, owner, MUTES_ABOVE)
    : ['/run and a name runs a script of ', { bold: owner.user }, ` on ${parts.host}\n`];
  return {
    pieces: [...above, ...listPieces(page, mutes, parts.now())],
    keyboard: { inline_keyboard: listKeyboard(page, owner, mutes, sheet, status) },
    sheet,
  };
}

/** The buttons under a message about one script. */
export async function oneScript(
  { buttons, mutes }: CommandParts,
  owner: LinkedAccount,
  script: string,
): Promise<Pick<Panel, 'keyboard' | 'sheet'>> {
  const sheet = buttons.sheet(owner.chatId, { kind: 'one' });
  const muted = mutedUntil(await mutes.list(owner), script) !== undefined;
  const row = [runButton(sheet, owner, script, 'again'), ...scriptButtons(sheet, owner, script, muted)];
  return { keyboard: { inline_keyboard: [row] }, sheet };
}

/** Sends a panel as the answer to what somebody wrote. @throws when the Bot API refuses it */
export async function sendPanel({ ctx }: Pick<Asked, 'ctx'>, { pieces, keyboard, sheet }: Panel): Promise<void> {
  const { text, entities } = compose(pieces);
  sheet.bind((await ctx.reply(text, { entities, reply_markup: keyboard })).message_id);
}

/** A message that the bot sent. */
export interface PanelPlace {
  readonly api: Api;
  readonly chatId: number;
  /** Its topic, in a forum. */
  readonly threadId?: number;
  readonly messageId: number;
}

/** Replaces the content of a message. @throws when the Bot API refuses it */
export async function editPanel(
  { api, chatId, messageId }: PanelPlace,
  { pieces, keyboard, sheet }: Panel,
): Promise<void> {
  const { text, entities } = compose(pieces);
  const options = { entities, reply_markup: keyboard };
  await api.editMessageText(chatId, messageId, text, options);
  sheet.bind(messageId);
}

const turnOf = ({ chatId, messageId }: PanelPlace) => `${chatId} ${messageId}`;

/** Shows another page. @throws Problem of the actor; when the Bot API refuses it */
export function turnPage(parts: CommandParts, place: PanelPlace, owner: LinkedAccount, view: ListView): Promise<void> {
  return parts.inTurn(turnOf(place), async () => editPanel(place, await listPanel(parts, owner, view)));
}

/**
 * Updates a message with buttons: the page that it shows, or the buttons of a message about one script.
 *
 * @throws Problem of the actor; when the Bot API refuses it
 */
export function redraw(parts: CommandParts, place: PanelPlace, owner: LinkedAccount, script: string): Promise<void> {
  return parts.inTurn(turnOf(place), async () => {
    const view = parts.buttons.viewOf(place.chatId, place.messageId);
    if (view === undefined) return;
    if (view.kind !== 'one') return editPanel(place, await listPanel(parts, owner, view));
    const { keyboard, sheet } = await oneScript(parts, owner, script);
    await place.api.editMessageReplyMarkup(place.chatId, place.messageId, { reply_markup: keyboard });
    sheet.bind(place.messageId);
  });
}
