/**
 * What a run shows in its chat while it goes on: its newest output, how long it has taken, and a Stop button. In private chats
 * the output is a draft, which Telegram shows while it is written and keeps nowhere; elsewhere it stands in the message.
 *
 * Promises: calls wait for their turn as all answers do, and show what is newest then; a chat whose link has ended sees no
 * output.
 */
import { Api } from 'grammy';
import type { RunRequest } from '../../../scripts/launch-run.ts';
import type { RunWatch } from '../../../scripts/run-watch.ts';
import { callWithin, type Signal } from '../../../telegram/call.ts';
import { classify, refusalStatus } from '../../../telegram/classify.ts';
import { previewsOff } from '../../../telegram/previews.ts';
import { inThread } from '../../chat-of.ts';
import type { CommandParts } from '../../command.ts';
import { isTheirs } from '../../owners.ts';
import { compose } from '../../reply.ts';
import { livePieces, outputPieces } from '../run-message-text.ts';
import { stopKeyboard } from '../stop-press.ts';

/** A draft is gone after 30 seconds, https://core.telegram.org/bots/api#sendmessagedraft; it is sent again before, ms. */
export const DRAFT_MS = 20_000;
/** A call that takes longer is ended, ms. */
const CALL_MS = 30_000;
/** The status of a Bot API server that is older than a method. */
const NO_METHOD = 404;

/** A run and its message. */
export interface LiveRun {
  readonly request: RunRequest;
  readonly messageId: number;
  readonly watch: RunWatch;
  /** Aborted when the run has ended. */
  readonly over: AbortSignal;
  /** Ends a call that is under way. */
  readonly giveUp: AbortSignal;
}

type Entities = ReturnType<typeof compose>['entities'];

/** What a run shows in its chat. */
export function createLiveView(parts: CommandParts, api: Api, { request, messageId, watch, over, giveUp }: LiveRun) {
  const { owner, script, update, threadId } = request;
  const { chatId } = owner;
  const sheet = parts.buttons.sheet(chatId, { kind: 'one' });
  // A call that failed is not made again as it was: the next one shows what is new by then.
  const once = new Api(api.token, api.options);
  once.config.use(previewsOff);
  let keyboard: ReturnType<typeof stopKeyboard> | undefined;
  let drafts = chatId > 0;
  let shownState = '';
  let drafted: { readonly text: string; readonly at: number } | undefined;

  parts.scripts.watches.showIn(update, chatId, messageId);

  const lines = async () => ((await isTheirs(parts, owner).catch(() => false)) ? watch.lines : []);

  /** Makes a call when its turn has come, unless the run has ended. @returns how it failed; `undefined` when it was made */
  async function inTurn(call: (signal: Signal) => Promise<void>): Promise<unknown> {
    await parts.turn(chatId);
    if (over.aborted) return undefined;
    return callWithin(giveUp, CALL_MS, call).catch((error: unknown) => error);
  }

  function keys() {
    if (watch.unit === undefined || watch.stoppedBy !== undefined) return {};
    keyboard ??= stopKeyboard(sheet, owner, script, update);
    return { reply_markup: keyboard };
  }

  async function edit(seconds: number): Promise<unknown> {
    const state = `${watch.unit} ${watch.stoppedBy}`;
    const failure = await inTurn(async (signal) => {
      const words = compose(livePieces(script, seconds, drafts ? [] : await lines(), watch.stoppedBy));
      const shown = keys();
      await once.editMessageText(chatId, messageId, words.text, { entities: words.entities, ...shown }, signal);
      if ('reply_markup' in shown) sheet.bind(messageId);
    });
    if (failure === undefined) shownState = state;
    return failure;
  }

  async function draft(from: Api, text: string, entities: Entities, signal?: Signal): Promise<void> {
    // Telegram shows a button beside it, which ends the run as the one under the message does.
    const button = 'reply_markup' in keys() && !over.aborted ? { can_stop: true, keep_on_stop: true } : {};
    await from.sendMessageDraft(chatId, messageId, text, { entities, ...button, ...inThread(threadId) }, signal);
    drafted = { text, at: performance.now() };
  }

  async function sendDraft(): Promise<unknown> {
    const isOld = drafted === undefined || performance.now() - drafted.at >= DRAFT_MS;
    const { text } = compose(outputPieces(script, await lines()));
    if (!isOld && drafted?.text === text) return undefined;
    const failure = await inTurn(async (signal) => {
      const newest = compose(outputPieces(script, await lines()));
      await draft(once, newest.text, newest.entities, signal);
    });
    if (failure !== undefined) drafts = classify(failure).kind === 'retry' && refusalStatus(failure) !== NO_METHOD;
    return failure;
  }

  return {
    /** Whether drafts are shown, which have to be sent again. */
    drafts: () => drafts,
    /**
     * Shows how it stands.
     *
     * @param isTime whether the shown time has to be updated
     * @returns milliseconds that Telegram asks to wait
     */
    async show(seconds: number, isTime: boolean): Promise<number> {
      const failures: unknown[] = [];
      // A person who stops a run expects no further draft.
      if (drafts && watch.stoppedBy === undefined && (await lines()).length > 0) failures.push(await sendDraft());
      const isNews = shownState !== `${watch.unit} ${watch.stoppedBy}`;
      if (!drafts || isTime || isNews) failures.push(await edit(seconds));
      const outcomes = failures.filter((failure) => failure !== undefined).map((error) => classify(error));
      return Math.max(0, ...outcomes.map((outcome) => (outcome.kind === 'retry' ? (outcome.after ?? 0) : 0)));
    },
    /** Lets a draft that still stands say how the run ended. */
    async end(text: string, entities: Entities): Promise<void> {
      if (drafted !== undefined && performance.now() - drafted.at < 1.5 * DRAFT_MS) await draft(api, text, entities);
    },
  };
}
