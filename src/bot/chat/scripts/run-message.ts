/** The message about a run: sent when the run begins, edited while it goes on and when it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { Problem } from '../../../core/problem.ts';
import type { RunResult } from '../../../shared/api/actor-protocol.ts';
import type { BegunRun, RunSummary } from '../../../storage/ports.ts';
import type { Launched, RunRequest } from '../../scripts/launch-run.ts';
import { inThread, threadField } from '../chat-of.ts';
import type { CommandParts } from '../command.ts';
import { compose } from '../reply.ts';
import { EDIT_POLICY, MESSAGE_POLICY, retryUntilFinal } from '../sending/retry-until-final.ts';
import { oneScript } from './panel.ts';
import { LOST, RESTARTED, runningPieces, saidOf, saidPieces } from './run-message-text.ts';

/** When the message first shows how long the run has taken, ms; then each time it has taken twice as long, at most hourly. */
const FIRST_PROGRESS_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;

const UNLINKED = 'is over; its account is not linked to this chat any more.';

/** Shows how long the run has taken, until it has ended. */
async function report(
  api: Api,
  { owner, script }: RunRequest,
  messageId: number | undefined,
  ended: Promise<unknown>,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  ended.then(end, end);
  const began = performance.now();
  for (let wait = FIRST_PROGRESS_MS; messageId !== undefined && !over.signal.aborted; ) {
    await sleep(wait, undefined, { signal: over.signal }).catch(() => {});
    if (over.signal.aborted) return;
    const { text, entities } = compose(runningPieces(script, Math.round((performance.now() - began) / 1000)));
    const signal = over.signal as unknown as Parameters<Api['getMe']>[0];
    // Progress only: the message shows the end in any case.
    await api.editMessageText(owner.chatId, messageId, text, { entities }, signal).catch(() => {});
    wait = Math.min(LONGEST_PAUSE_MS, performance.now() - began);
  }
}

/** Whether there is a script that buttons could run: not when none of this name was found. */
const hasScript = (end: RunResult | Problem) => !(end instanceof Problem) || LOST.has(end.code);

/** Whether the account is still linked to the chat: an unlinked chat must not see what a script prints. */
async function isTheirs({ links, uidOf }: CommandParts, owner: RunRequest['owner']): Promise<boolean> {
  const { user, uid, chatId } = owner;
  // While the account service is away, the account counts as the one that began the run.
  const link = await links.find(user, await uidOf(user).catch(() => uid));
  return link?.chatId === chatId;
}

/** Shows how the run ended, and ends its record once Telegram has accepted or refused that for good. */
async function conclude(
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
  await report(api, request, messageId, launched.ended);
  const end = await launched.ended;
  await conclude(parts, api, request, messageId, saidOf(end, request.script), hasScript(end));
}

/**
 * Updates the messages of runs that an earlier process left unfinished.
 *
 * @param left by update
 * @param bot the bot's id
 */
export async function recoverRuns(
  parts: CommandParts,
  api: Api,
  left: Awaited<ReturnType<CommandParts['scripts']['runs']['left']>>,
  bot: number,
): Promise<void> {
  const { runs } = parts.scripts;
  const recover = async ([update, run]: readonly [string, BegunRun]) => {
    // This bot can't edit the messages of another one.
    if (!update.startsWith(`${bot}:`)) return runs.end(update);
    const owner = { user: run.user, uid: undefined, chatId: run.chatId, linkedAt: undefined };
    const said = run.summary ?? { mark: '▶', name: run.script, words: `— ${RESTARTED}` };
    await conclude(parts, api, { update, owner, ...threadField(run.threadId) }, run.messageId, said, false);
  };
  await Promise.all(left.map(recover));
}
