/**
 * How a run that takes longer shows itself: its newest output, how long it has taken, and a Stop button. In private chats
 * the output is a draft, which Telegram shows while it is written and keeps nowhere; elsewhere it stands in the message.
 *
 * Promises: calls keep their distance, and wait for their turn as all answers do; what changes meanwhile is shown together,
 * as it stands last; a chat whose link has ended sees no output.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { RunRequest } from '../../scripts/launch-run.ts';
import type { RunWatch } from '../../scripts/run-watch.ts';
import type { Signal } from '../../telegram/call.ts';
import { inThread } from '../chat-of.ts';
import type { CommandParts } from '../command.ts';
import { isTheirs } from '../owners.ts';
import { compose } from '../reply.ts';
import { livePieces, outputPieces } from './run-message-text.ts';
import { stopKeyboard } from './stop-press.ts';

/** When a run begins to show more than its name, ms. */
export const SHOWN_AFTER_MS = 3_000;
/** The shortest time between two calls, ms. A group takes 20 messages a minute, of which its notifications need some. */
const PAUSES_MS = { private: 1_500, group: 5_000 };
/** It grows with the run, up to this, ms: who watches for hours needs no second. */
const LONGEST_PAUSE_MS = 30_000;
const PAUSE_SHARE = 1 / 20;
/** When the time is shown without output, ms; then each time the run has taken twice as long, at most hourly. */
const FIRST_TIME_MS = 10_000;
const LONGEST_TIME_MS = 3_600_000;
/** A draft is gone after 30 seconds, https://core.telegram.org/bots/api#sendmessagedraft; it is sent again before, ms. */
const DRAFT_MS = 20_000;
/** For so long a run shows its draft without news, ms. */
const DRAFTS_KEPT_MS = 600_000;

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

/** What a run shows in its chat. */
function createView(parts: CommandParts, api: Api, { request, messageId, watch, giveUp }: LiveRun) {
  const { owner, script, update, threadId } = request;
  const { chatId } = owner;
  const sheet = parts.buttons.sheet(chatId, { kind: 'one' });
  const signal = giveUp as Signal;
  let keyboard: ReturnType<typeof stopKeyboard> | undefined;
  let drafts = chatId > 0;
  let message = '';
  let drafted: { readonly text: string; readonly at: number } | undefined;

  function keys() {
    if (watch.unit === undefined || watch.stoppedBy !== undefined) return {};
    keyboard ??= stopKeyboard(sheet, owner, script, update);
    return { reply_markup: keyboard };
  }

  async function edit(seconds: number, lines: readonly string[]): Promise<void> {
    const { text, entities } = compose(livePieces(script, seconds, lines, watch.stoppedBy));
    const shown = keys();
    await api.editMessageText(chatId, messageId, text, { entities, ...shown }, signal);
    if ('reply_markup' in shown) sheet.bind(messageId);
  }

  /** @returns `false` where Telegram takes no drafts for this chat */
  async function draft(text: string, entities: ReturnType<typeof compose>['entities']): Promise<boolean> {
    try {
      await api.sendMessageDraft(chatId, messageId, text, { entities, ...inThread(threadId) }, signal);
      drafted = { text, at: performance.now() };
      return true;
    } catch (error) {
      // Of a call that did not arrive the next one makes up.
      return !(error instanceof GrammyError) || error.error_code === 429 || error.error_code >= 500;
    }
  }

  return {
    /** Whether drafts are shown, which have to be sent again. */
    drafts: () => drafts,
    /** Shows how it stands. @param isTime whether the time has to be shown anew */
    async show(seconds: number, isTime: boolean): Promise<void> {
      const lines = (await isTheirs(parts, owner).catch(() => false)) ? watch.lines : [];
      if (drafts && lines.length > 0) {
        const { text, entities } = compose(outputPieces(script, lines));
        const isOld = drafted === undefined || performance.now() - drafted.at >= DRAFT_MS;
        if (isOld || drafted?.text !== text) drafts = await draft(text, entities);
      }
      const state = `${watch.unit} ${watch.stoppedBy}`;
      if (drafts && !isTime && state === message) return;
      // Progress only: the message shows the end in any case.
      await edit(seconds, drafts ? [] : lines).catch(() => {});
      message = state;
    },
    /** Lets a draft that still stands say how the run ended. */
    async end(text: string, entities: ReturnType<typeof compose>['entities']): Promise<void> {
      if (drafted !== undefined && performance.now() - drafted.at < 1.5 * DRAFT_MS) await draft(text, entities);
    },
  };
}

/** What a view of a run can do when the run has ended. */
export type EndedView = Pick<ReturnType<typeof createView>, 'end'>;

/** Shows a run in its chat until it has ended. */
export async function showLive(parts: CommandParts, api: Api, live: LiveRun): Promise<EndedView> {
  const { request, watch, over } = live;
  const began = performance.now();
  const view = createView(parts, api, live);
  const shortest = request.owner.chatId > 0 ? PAUSES_MS.private : PAUSES_MS.group;
  const pause = (ms: number) => sleep(ms, undefined, { signal: over }).catch(() => {});
  let timeAt = SHOWN_AFTER_MS;
  await pause(SHOWN_AFTER_MS);
  while (!over.aborted) {
    const { version } = watch;
    const elapsed = performance.now() - began;
    const isTime = elapsed >= timeAt;
    if (isTime) timeAt = Math.max(FIRST_TIME_MS, elapsed + Math.min(elapsed, LONGEST_TIME_MS));
    await view.show(Math.round(elapsed / 1000), isTime);
    await pause(Math.max(shortest, Math.min(LONGEST_PAUSE_MS, elapsed * PAUSE_SHARE)));
    if (over.aborted || watch.version !== version) continue;
    const left = timeAt - (performance.now() - began);
    const keepsDraft = view.drafts() && watch.lines.length > 0 && elapsed < DRAFTS_KEPT_MS;
    const wait = Math.max(0, keepsDraft ? Math.min(left, DRAFT_MS) : left);
    await watch.changed(AbortSignal.any([over, AbortSignal.timeout(Math.ceil(wait))]));
  }
  return view;
}
