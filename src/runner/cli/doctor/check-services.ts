/** Checks of the services: the bot and cron. */
import { sentenceOf } from '../../../core/problem.ts';
import type { RunnerSettings } from '../../settings.ts';
import { withBot } from '../commands/ask.ts';
import type { RunnerIo } from '../io.ts';
import { cronCommand, cronStatus, newCronLine, otherLineText } from '../setup/crontab.ts';
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

/** The crontab runs the runner, with the settings in force. */
export async function checkCron(io: RunnerIo, settings: RunnerSettings): Promise<Finding> {
  const added = newCronLine(io);
  try {
    const { line, other } = await cronStatus(io, settings);
    if (line !== undefined) return fine('cron', line);
    return other
      ? bad('cron', otherLineText(other), `crontab -e, and replace it by this line, or add it: ${added}`)
      : bad('cron', 'no line in your crontab runs notify-runner', 'notify-runner init');
  } catch (error) {
    const todo = `Then notify-runner init; or have this run every five minutes: ${cronCommand(io)}`;
    return bad('cron', sentenceOf(error), todo);
  }
}
