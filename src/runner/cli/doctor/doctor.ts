import type { RunnerSettings } from '../../settings.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { checkBot } from './check-bot.ts';
import { checkCron } from './check-cron.ts';
import { checkScripts, checkState } from './check-folders.ts';
import { checkClock, checkNode, checkPython } from './check-host.ts';
import type { Finding } from './finding.ts';

/** `notify-runner doctor`: checks everything that a notification needs, and says what to do about each. */
export async function doctor(
  io: RunnerIo,
  settings: RunnerSettings,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const findings: readonly Finding[] = [
    checkNode(io),
    await checkPython(io),
    await checkScripts(settings),
    checkState(settings),
    ...(await checkBot(settings)),
    await checkCron(io, settings),
    checkClock(settings),
  ];
  if (json) {
    io.out(`${JSON.stringify(findings, null, 2)}\n`);
  } else {
    for (const { check, ok, seen, todo } of findings) {
      io.out(`${ok ? '✓' : '✗'} ${check.padEnd(7)} ${seen}\n${todo === undefined ? '' : `          → ${todo}\n`}`);
    }
  }
  return findings.every(({ ok }) => ok) ? DONE : FAILED;
}
