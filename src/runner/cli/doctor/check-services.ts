/** Checks of the services: the bot and cron. */
import { sentenceOf } from '../../../core/problem.ts';
import type { RunnerSettings } from '../../settings.ts';
import { withBot } from '../commands/ask.ts';
import type { RunnerIo } from '../io.ts';
import { brokenLineText, cronStatus, demoLineText, newCronLine, otherLineText } from '../setup/crontab.ts';
import { namesNode } from '../setup/crontab-lines.ts';
import { cronCommand, isOwnProgram, runsAlone } from '../setup/launcher.ts';
import { bad, type Finding, fine } from './finding.ts';

/** The bot answers, and the account has a chat that Telegram accepts. */
export async function checkBot({ socketPath }: RunnerSettings): Promise<readonly Finding[]> {
  try {
    return await withBot(socketPath, async (client) => {
      const { linked, unreachable } = await client.status();
      const socket = fine('socket', `${socketPath} answers`);
      if (!linked) return [socket, bad('link', 'your account is not linked', 'notify-runner link')];
      if (unreachable !== undefined) {
        return [socket, bad('link', `Telegram refuses your chat: ${unreachable}`, 'notify-runner link')];
      }
      return [socket, fine('link', 'your account is linked')];
    });
  } catch (error) {
    return [bad('socket', sentenceOf(error), 'Ask the administrator for: systemctl status notify-bot')];
  }
}

/** The crontab runs the runner, with the settings in force, and what it runs starts. */
export async function checkCron(io: RunnerIo, settings: RunnerSettings): Promise<Finding> {
  try {
    const { line, other, demo } = await cronStatus(io, settings);
    if (demo !== undefined) return bad('cron', demoLineText(demo), 'notify-runner init --undo removes it');
    if (line?.broken !== undefined) return bad('cron', brokenLineText(line), 'notify-runner init repairs it');
    if (line?.program && namesNode(line.program) && isOwnProgram(io, line.program.runner) && (await runsAlone(io))) {
      return { ...fine('cron', line.line), todo: 'It stops when Node moves; notify-runner init takes Node out of it' };
    }
    if (line !== undefined) return fine('cron', line.line);
    if (other === undefined) return bad('cron', 'no line in your crontab runs notify-runner', 'notify-runner init');
    const todo = `crontab -e, and replace it by this line, or add it: ${await newCronLine(io)}`;
    return bad('cron', otherLineText(other), todo);
  } catch (error) {
    const todo = `Then notify-runner init; or have this run every five minutes: ${await cronCommand(io)}`;
    return bad('cron', sentenceOf(error), todo);
  }
}
