import type { Api } from 'grammy';
import type { Log } from '../../shared/process/log.ts';
import { describeError } from '../telegram/http.ts';
import { COMMANDS } from './commands.ts';

/** Gives Telegram the list of commands, which it shows as the chat's menu. Never rejects. */
export async function publishMenu(api: Api, log: Log): Promise<void> {
  const list = COMMANDS.map(({ name, description }) => ({ command: name, description }));
  await api
    .setMyCommands(list)
    .catch((error: unknown) => log.warn({ err: describeError(error) }, 'The list of commands could not be set'));
}
