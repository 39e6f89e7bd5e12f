import type { StatusAnswer } from '../../../shared/api/answers.ts';
import { cell } from '../../../shared/text/table.ts';
import { waitingSummary } from '../../delivery/waiting.ts';
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
    const text = answer.unlinked ? 'Unlinked: that chat receives nothing more.' : 'You were not linked.';
    io.out(`${json ? JSON.stringify(answer) : text}\n`);
    return DONE;
  });
}

function chatText(chat: StatusAnswer['chat']): string {
  if (chat === undefined) return '';
  const { type, name, thread_id: topic } = chat;
  return ` to ${name === '' ? 'a chat' : cell(name)} (${cell(type)}${topic === undefined ? '' : `, topic ${topic}`})`;
}

/** `notify-runner status`. @throws Problem with the bot's sentence */
export function status(io: RunnerIo, { socketPath, stateDir }: RunnerSettings, { json }: Options): Promise<number> {
  return withBot(socketPath, async (client) => {
    const answer = await client.status();
    const { waiting } = waitingSummary(stateDir);
    if (json) {
      io.out(`${JSON.stringify({ ...answer, waiting })}\n`);
      return DONE;
    }
    const { linked, linked_at: at, chat, queued, unreachable } = answer;
    const since = at !== undefined ? `, since ${at.slice(0, 10)}` : '';
    io.out(linked ? `Linked${chatText(chat)}${since}.\n` : 'Not linked: notify-runner link\n');
    if (unreachable !== undefined) io.out(`${cell(unreachable, 300)}\n`);
    if (queued > 0) io.out(`${queued} queued in the bot.\n`);
    if (waiting > 0) io.out(`${waiting} waiting for the next run.\n`);
    return DONE;
  });
}
