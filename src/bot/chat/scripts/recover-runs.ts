/** Messages of runs that an earlier process of the service left unfinished. */
import type { Api } from 'grammy';
import type { BegunRun } from '../../../storage/ports.ts';
import { threadField } from '../chat-of.ts';
import type { CommandParts } from '../command.ts';
import { ownersOf } from '../owners.ts';
import { compose } from '../reply.ts';
import { conclude } from './run-message.ts';
import { RESTARTED, stillRunningPieces, stoppedSummary } from './run-message-text.ts';
import { stopKeyboard } from './stop-press.ts';

/** Shows that a run goes on, with a button that stops it. */
async function showRunning(parts: CommandParts, api: Api, update: string, run: BegunRun): Promise<void> {
  const { chatId, messageId, script } = run;
  const owner = (await ownersOf(parts, chatId)).find(({ user }) => user === run.user);
  if (owner === undefined || messageId === undefined) return;
  const sheet = parts.buttons.sheet(chatId, { kind: 'one' });
  const { text, entities } = compose(stillRunningPieces(script));
  const reply_markup = stopKeyboard(sheet, owner, script, update);
  await api.editMessageText(chatId, messageId, text, { entities, reply_markup });
  sheet.bind(messageId);
}

/** Waits for the end of a run that goes on. @returns who stopped it */
async function followEarlier(
  parts: CommandParts,
  api: Api,
  update: string,
  run: BegunRun,
): Promise<string | undefined> {
  const { earlier, watches } = parts.scripts;
  const { user, unit } = run;
  if (unit === undefined || run.summary !== undefined || !(await earlier.has(unit))) return undefined;
  const watch = watches.begin(update, user, unit);
  try {
    await showRunning(parts, api, update, run).catch(() => {});
    await earlier.ended(unit);
    return watch.stoppedBy;
  } finally {
    watches.end(update);
  }
}

/**
 * Updates the messages of runs that an earlier process left unfinished; of those that go on, once more at their end.
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
  const recover = async ([update, run]: readonly [string, BegunRun]) => {
    // This bot can't edit the messages of another one.
    if (!update.startsWith(`${bot}:`)) return parts.scripts.runs.end(update);
    const owner = { user: run.user, uid: undefined, chatId: run.chatId, linkedAt: undefined };
    const by = await followEarlier(parts, api, update, run);
    const unknown = { mark: '▶', name: run.script, words: `— ${RESTARTED}` };
    const said = run.summary ?? (by === undefined ? unknown : stoppedSummary(run.script, by));
    await conclude(parts, api, { update, owner, ...threadField(run.threadId) }, run.messageId, said, false);
  };
  await Promise.all(left.map(recover));
}
