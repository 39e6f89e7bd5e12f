/** The message that tells of a run: sent when it begins, edited while it goes on and when it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { Problem } from '../../../core/problem.ts';
import type { RunResult } from '../../../shared/api/actor-protocol.ts';
import type { BegunRun, RunSummary } from '../../../storage/files/runs.ts';
import type { Launched, RunRequest } from '../../scripts/launch-run.ts';
import type { CommandParts } from '../command.ts';
import { compose } from '../reply.ts';
import { retryUntilFinal } from '../retry-until-final.ts';
import { oneScript } from './panel.ts';
import { LOST, RESTARTED, runningPieces, saidOf, saidPieces } from './run-message-text.ts';

/** When a run's message first tells for how long it runs, ms; then after twice as long, and so on, hourly at the end. */
const FIRST_NEWS_MS = 10_000;
const RAREST_NEWS_MS = 3_600_000;

const UNLINKED = 'is over; its account is not linked to this chat any more.';

/** Tells for how long it runs until it has ended. */
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
  for (let wait = FIRST_NEWS_MS; messageId !== undefined && !over.signal.aborted; ) {
    await sleep(wait, undefined, { signal: over.signal }).catch(() => {});
    if (over.signal.aborted) return;
    const { text, entities } = compose(runningPieces(script, Math.round((performance.now() - began) / 1000)));
    const signal = over.signal as unknown as Parameters<Api['getMe']>[0];
    // Only news: the end will be told all the same.
    await api.editMessageText(owner.chatId, messageId, text, { entities }, signal).catch(() => {});
    wait = Math.min(RAREST_NEWS_MS, performance.now() - began);
  }
}

/** Whether there is a script to press buttons for: not where nothing was found under the name. */
const hasScript = (end: RunResult | Problem) => !(end instanceof Problem) || LOST.has(end.code);

/** Whether a user's runs are this chat's business still: what a script says is not for a chat that was unlinked. */
async function isTheirs({ links, uidOf }: CommandParts, { user, chatId }: RunRequest['owner']): Promise<boolean> {
  const link = await links.find(user, await uidOf(user));
  return link?.chatId === chatId;
}

/** Shows how it ended, and crosses it off once that is seen. */
async function conclude(
  parts: CommandParts,
  api: Api,
  { update, owner }: Pick<RunRequest, 'update' | 'owner'>,
  messageId: number | undefined,
  said: RunSummary,
  buttons: boolean,
): Promise<void> {
  const { runs, tasks } = parts.scripts;
  const theirs = await isTheirs(parts, owner).catch(() => false);
  const { text, entities } = compose(saidPieces(theirs ? said : { mark: '▶', name: said.name, words: UNLINKED }));
  // Without the buttons, when the file of mutes can't be read.
  const made = buttons && theirs ? await oneScript(parts, owner, said.name).catch(() => undefined) : undefined;
  const options = { entities, ...(made && { reply_markup: made.keyboard }) };
  const show = async () => {
    if (messageId !== undefined) await api.editMessageText(owner.chatId, messageId, text, options);
    const shown = messageId ?? (await api.sendMessage(owner.chatId, text, options)).message_id;
    made?.sheet.bind(shown);
  };
  if (await retryUntilFinal(show, tasks.stopping, () => runs.note(update, { said }))) await runs.end(update);
}

/**
 * Sends the message of a run that was just begun, or edits the one it was asked for in, and keeps it true until the run has ended.
 *
 * @throws Problem `runs_unreadable`, `storage`, which leave the message as it should be
 */
export async function followRun(parts: CommandParts, api: Api, wish: RunRequest, launched: Launched): Promise<void> {
  const { scripts } = parts;
  const { text, entities } = compose(runningPieces(wish.script, 0));
  // The person looks at the chat: what may make a sound is the notification.
  const options = { entities, disable_notification: true };
  const { owner, messageId: there } = wish;
  const own = async () => {
    const { message_id } = await api.sendMessage(owner.chatId, text, options);
    await scripts.runs.note(wish.update, { message_id }).catch(() => {});
    return message_id;
  };
  if (there !== undefined) await api.editMessageText(owner.chatId, there, text, { entities }).catch(() => {});
  const messageId = there ?? (await own().catch(() => undefined));
  await report(api, wish, messageId, launched.ended);
  const end = await launched.ended;
  await conclude(parts, api, wish, messageId, saidOf(end, wish.script), hasScript(end));
}

/**
 * Says in the messages of runs that an earlier service left how they ended.
 *
 * @param left by update
 * @param bot the bot's id
 */
export async function mendRuns(
  parts: CommandParts,
  api: Api,
  left: Awaited<ReturnType<CommandParts['scripts']['runs']['left']>>,
  bot: number,
): Promise<void> {
  const { runs } = parts.scripts;
  const mend = async ([update, run]: readonly [string, BegunRun]) => {
    // Another bot's messages can't be changed by this one.
    if (!update.startsWith(`${bot}:`)) return runs.end(update);
    const owner = { user: run.user, uid: undefined, chatId: run.chat_id, linkedAt: undefined };
    const said = run.said ?? { mark: '▶', name: run.script, words: `— ${RESTARTED}` };
    await conclude(parts, api, { update, owner }, run.message_id, said, false);
  };
  await Promise.all(left.map(mend));
}
