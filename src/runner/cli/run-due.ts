/** The command that cron starts: finds what is due and runs it. Loads nothing more when nothing is. */
import { hasPending } from '../delivery/pending-folder.ts';
import { dueScripts } from '../execution/due-scripts.ts';
import { readFolder } from '../scripts/discover.ts';
import { looksMeant } from '../scripts/looks-meant.ts';
import type { RunnerSettings } from '../settings.ts';
import { skippedNotice } from '../state/notice-memory.ts';
import { skippedText } from '../text/skipped-text.ts';
import { DONE, type RunnerIo } from './io.ts';
import type { RunOptions } from './run-and-report.ts';

/**
 * Runs what is due.
 *
 * @returns the exit status
 * @throws Problem `no_folder`
 */
export async function runDue(io: RunnerIo, settings: RunnerSettings, options: RunOptions): Promise<number> {
  const chosenAt = Date.now();
  const { scripts, skipped } = readFolder(settings.scriptsDir);
  const due = await dueScripts(settings, scripts);
  const lines = options.json !== true && (options.lines ?? io.terminal);
  if (lines) {
    for (const file of skipped) io.err(`notify-runner: ${skippedText(file)}\n`);
  }
  const notice =
    lines || options.json === true ? undefined : skippedNotice(settings.stateDir, skipped.filter(looksMeant));
  if (due.length === 0 && notice === undefined && !hasPending(settings.stateDir)) {
    if (lines) io.out(scripts.length === 0 ? 'There are no scripts yet.\n' : 'Nothing is due.\n');
    if (options.json) io.out('[]\n');
    return DONE;
  }
  const { runAndReport } = await import('./run-and-report.ts');
  return runAndReport(io, settings, due, { ...options, lines, chosenAt, ...(notice && { notice }) });
}
