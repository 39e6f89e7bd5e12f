import { cell } from '../../../shared/text/table.ts';
import { listPending } from '../../delivery/pending.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, type RunnerIo } from '../io.ts';
import { good, withBot } from './ask.ts';

interface Options {
  readonly json?: boolean;
}

/** `notify-runner unlink`. @throws Problem with the bot's sentence */
export function unlink(io: RunnerIo, { socketPath }: RunnerSettings, { json }: Options): Promise<number> {
  return withBot(socketPath, async (client) => {
    const answer = good(await client.request('POST', '/unlink', {}));
    const words = answer.unlinked === false ? 'You were not linked.' : 'Unlinked: nothing more comes to that chat.';
    io.out(`${json ? JSON.stringify(answer) : words}\n`);
    return DONE;
  });
}

function chatIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { type, name }: Record<string, unknown> = { ...value };
  return ` to ${typeof name === 'string' && name !== '' ? cell(name) : 'a chat'}${typeof type === 'string' ? ` (${cell(type)})` : ''}`;
}

/** `notify-runner status`. @throws Problem with the bot's sentence */
export function status(io: RunnerIo, { socketPath, stateDir }: RunnerSettings, { json }: Options): Promise<number> {
  return withBot(socketPath, async (client) => {
    const answer = good(await client.request('GET', '/status'));
    const waiting = listPending(stateDir).pending.length;
    if (json) {
      io.out(`${JSON.stringify({ ...answer, waiting })}\n`);
      return DONE;
    }
    const { linked, linked_at: at, chat, queued, unreachable } = answer;
    const since = typeof at === 'string' ? `, since ${at.slice(0, 10)}` : '';
    io.out(linked === true ? `Linked${chatIn(chat)}${since}.\n` : 'Not linked: notify-runner link\n');
    if (typeof unreachable === 'string') io.out(`Telegram refuses this chat: ${cell(unreachable, 200)}\n`);
    if (typeof queued === 'number' && queued > 0) io.out(`${queued} on the way in the bot.\n`);
    if (waiting > 0) io.out(`${waiting} waiting here for the next run.\n`);
    return DONE;
  });
}
