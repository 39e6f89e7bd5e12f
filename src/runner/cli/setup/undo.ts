import { errnoOf } from '../../../core/problem.ts';
import type { RunnerSettings } from '../../settings.ts';
import { forgetCronRuns } from '../../state/cron/cron-run.ts';
import { withBot } from '../commands/ask.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { removeCronLines } from './crontab.ts';
import { removeTimer } from './timer.ts';

/** `notify-runner init --undo`: removes the crontab line. @throws Problem `no_cron`, `storage` */
export async function undo(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  const hadTimer = await removeTimer(io);
  if (hadTimer) io.out('✓ Removed notify-runner.timer of your systemd.\n');
  const { removed, left } = await removeCronLines(io, settings, 'all').catch((error: unknown) => {
    if (errnoOf(error) === 'no_crontab') return { removed: [], left: [] };
    throw error;
  });
  for (const line of removed) io.out(`✓ Removed from your crontab: ${line}\n`);
  for (const line of left) {
    io.err(`notify-runner: This line does more than run notify-runner; remove it with crontab -e: ${line}\n`);
  }
  if (removed.length + left.length === 0 && !hadTimer) io.out('✓ No line in your crontab runs notify-runner.\n');
  // Otherwise the bot would report that the scripts no longer run. It may be away or know nothing of them.
  await withBot(settings.socketPath, (client) => client.beat({ end: true })).catch(() => {});
  if (left.length > 0) return FAILED;
  forgetCronRuns(settings.stateDir);
  io.out(`Your scripts in ${settings.scriptsDir} and the state in ${settings.stateDir} stay.\n`);
  return DONE;
}
