/** The message about a run: sent when the run begins, edited while it goes on and when it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { Problem } from '../../../core/problem.ts';
import type { RunResult } from '../../../shared/api/actor/protocol.ts';
import type { RunSummary } from '../../../storage/ports.ts';
import type { Launched, RunRequest } from '../../scripts/launch-run.ts';
import { inThread } from '../chat-of.ts';
import type { CommandParts } from '../command.ts';
import { isTheirs } from '../owners.ts';
import { compose } from '../reply.ts';
import { EDIT_POLICY, MESSAGE_POLICY, retryUntilFinal } from '../sending/retry-until-final.ts';
import { type EndedView, SHOWN_AFTER_MS, showLive } from './live/show-live.ts';
import { oneScript } from './panel.ts';
import { LOST, runningPieces, saidOf, saidPieces } from './run-message-text.ts';

/**
 * How long a call that shows progress may go on after the end, ms: one that Telegram gets after the last edit would undo
 * that.
 */
const LAST_CALL_MS = 3_000;

const UNLINKED = 'is over; its account is not linked to this chat any more.';

/** Whether there is a script that buttons could run: not when none of this name was found. */
const hasScript = (end: RunResult | Problem) => !(end instanceof Problem) || LOST.has(end.code);

/** Shows how the run ended, and ends its record once Telegram has accepted or refused that for good. */
export async function conclude(
  parts: CommandParts,
  api: Api,
  { update, owner, threadId }: Pick<RunRequest, 'update' | 'owner' | 'threadId'>,
  messageId: number | undefined,
  said: RunSummary,
  buttons: boolean,
): Promise<void> {
  const { runs, tasks } = parts.scripts;
  const theirs = await isTheirs(parts, owner).catch(() => false);
  const { text, entities } = compose(saidPieces(theirs ? said : { mark: '▶', name: said.name, words: UNLINKED }));
  // Without buttons when the file of mutes can't be read.
  const made = buttons && theirs ? await oneScript(parts, owner, said.name).catch(() => undefined) : undefined;
  const options = { entities, ...(made && { reply_markup: made.keyboard }) };
  const ofNew = { ...options, ...inThread(threadId) };
  const show = async () => {
    if (messageId !== undefined) await api.editMessageText(owner.chatId, messageId, text, options);
    const shownIn = messageId ?? (await api.sendMessage(owner.chatId, text, ofNew)).message_id;
    made?.sheet.bind(shownIn);
  };
  const late = () => runs.note(update, { summary: said });
  const policy = messageId === undefined ? MESSAGE_POLICY : EDIT_POLICY;
  const shown = await retryUntilFinal(show, tasks.stopping, late, policy);
  if (shown !== 'stopped') await runs.end(update);
}

/** Keeps the message up to date until the run has ended, and notes by what name systemd knows the run. */
async function followLive(
  parts: CommandParts,
  api: Api,
  request: RunRequest,
  messageId: number,
  { watch, ended }: Launched,
): Promise<EndedView> {
  const { runs, tasks } = parts.scripts;
  const over = new AbortController();
  const giveUp = new AbortController();
  const end = () => {
    over.abort();
    if (tasks.stopping.aborted) giveUp.abort();
    else setTimeout(() => giveUp.abort(), LAST_CALL_MS).unref();
  };
  ended.then(end, end);
  // By then most runs are over, and need no place in the file for it.
  void tasks.start('unit of a run', async () => {
    await sleep(SHOWN_AFTER_MS, undefined, { signal: over.signal }).catch(() => {});
    while (watch.unit === undefined && !over.signal.aborted) await watch.changed(over.signal);
    if (watch.unit !== undefined && !over.signal.aborted) await runs.note(request.update, { unit: watch.unit });
  });
  return showLive(parts, api, { request, messageId, watch, over: over.signal, giveUp: giveUp.signal });
}

/**
 * Sends the message of a run that has just begun, or edits the message whose button began it, and keeps it up to date
 * until the run has ended.
 *
 * @throws Problem `runs_unreadable`, `storage`; the message shows the end all the same
 */
export async function followRun(parts: CommandParts, api: Api, request: RunRequest, launched: Launched): Promise<void> {
  const { scripts } = parts;
  const { text, entities } = compose(runningPieces(request.script, 0));
  // The person is looking at the chat; only the notification may make a sound.
  const options = { entities, disable_notification: true, ...inThread(request.threadId) };
  const { owner, messageId: there } = request;
  const own = async () => {
    const { message_id } = await api.sendMessage(owner.chatId, text, options);
    await scripts.runs.note(request.update, { messageId: message_id }).catch(() => {});
    return message_id;
  };
  if (there !== undefined) await api.editMessageText(owner.chatId, there, text, { entities }).catch(() => {});
  const messageId = there ?? (await own().catch(() => undefined));
  const view = messageId === undefined ? undefined : await followLive(parts, api, request, messageId, launched);
  const end = await launched.ended;
  const said = saidOf(end, request.script, launched.watch.stoppedBy);
  await conclude(parts, api, request, messageId, said, hasScript(end));
  if (view === undefined || !(await isTheirs(parts, owner).catch(() => false))) return;
  const shown = compose(saidPieces(said));
  await view.end(shown.text, shown.entities);
}
