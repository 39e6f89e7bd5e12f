/** Checks of the bot. */
import { sentenceOf } from '../../../core/problem.ts';
import type { RunnerSettings } from '../../settings.ts';
import { withBot } from '../commands/ask.ts';
import { bad, type Finding, fine } from './finding.ts';

/** The bot answers, and the account has a chat that Telegram accepts. */
export async function checkBot({ socketPath }: RunnerSettings): Promise<readonly Finding[]> {
  try {
    return await withBot(socketPath, async (client) => {
      const { linked, unreachable } = await client.status();
      const socket = fine('socket', `${socketPath} answers`);
      if (!linked) return [socket, bad('link', 'your account is not linked', 'notify-runner link')];
      if (unreachable !== undefined) {
        return [socket, bad('link', unreachable, 'No message arrives until then; notify-bot notices by itself')];
      }
      return [socket, fine('link', 'your account is linked')];
    });
  } catch (error) {
    return [bad('socket', sentenceOf(error), 'Ask the administrator for: systemctl status notify-bot')];
  }
}
