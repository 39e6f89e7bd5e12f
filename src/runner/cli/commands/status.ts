import type { StatusAnswer } from '../../../shared/api/answers.ts';
import { cell } from '../../../shared/text/table.ts';
import { listPending } from '../../delivery/pending.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, type RunnerIo } from '../io.ts';
import { withBot } from './ask.ts';

interface Options {
  readonly json?: boolean;
}

/** `notify-runner unlink`. @throws Problem with the bot's sentence */
export function unlink(io: RunnerIo, { socketPath }: RunnerSettings, { json }: Options): Promise<number> {
  return withBot(socketPath, async (client) => {
    const answer = await client.unlink();
    const words = answer.unlinked ? 'Unlinked: nothing more comes to that chat.' : 'You were not linked.';
    io.out(`${json ? JSON.stringify(answer) : words}\n`);
    return DONE;
  });
}

function chatIn(chat: StatusAnswer['chat']): string {
  if (chat === undefined) return '';
  const { type, name } = chat;
  return ` to ${name === '' ? 'a chat' : cell(name)} (${cell(type)})`;
}

/** `notify-runner status`. @throws Problem with the bot's sentence */
export function status(io: RunnerIo, { socketPath, stateDir }: RunnerSettings, { json }: Options): Promise<number> {
  return withBot(socketPath, async (client) => {
    const answer = await client.status();
    const waiting = listPending(stateDir).pending.length;
    if (json) {
      io.out(`${JSON.stringify({ ...answer, waiting })}\n`);
      return DONE;
    }
    const { linked, linked_at: at, chat, queued, unreachable } = answer;
    const since = at !== undefined ? `, since ${at.slice(0, 10)}` : '';
    io.out(linked ? `Linked${chatIn(chat)}${since}.\n` : 'Not linked: notify-runner link\n');
    if (unreachable !== undefined) io.out(`Telegram refuses this chat: ${cell(unreachable, 200)}\n`);
    if (queued > 0) io.out(`${queued} on the way in the bot.\n`);
    if (waiting > 0) io.out(`${waiting} waiting here for the next run.\n`);
    return DONE;
  });
}
