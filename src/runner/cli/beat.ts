/** The beat: tells the bot that cron runs this user's runner. Loaded once an hour. */
import { createApiClient } from '../../shared/api/client.ts';
import { beatEvery } from '../policy/beat-policy.ts';
import { parseSchedule } from '../policy/schedule.ts';
import { shownZone } from '../policy/time-zone.ts';
import type { RunnerSettings } from '../settings.ts';
import type { RunnerIo } from './io.ts';
import { runnerLines } from './setup/crontab-lines.ts';
import { readTable } from './setup/crontab-table.ts';

/** How long the bot may take, ms: nothing depends on its answer. */
const ANSWER_MS = 5_000;
/** Cron may start a run late, ms. */
const LATE_MS = 5 * 60_000;
/** The limit of the API, s. */
const MOST_SECONDS = 400 * 24 * 3600;

/** The first run from cron at which the next beat is due, Unix time in ms; `undefined` where no line tells. */
async function nextBeat(io: RunnerIo, { tz }: RunnerSettings, now: number): Promise<number | undefined> {
  const due = now + beatEvery(io.uid);
  const zone = shownZone(tz);
  const times = runnerLines(await readTable(io), io.home).flatMap(({ schedule }) => {
    try {
      return [parseSchedule(schedule, due - 1, zone).next];
    } catch {
      // `@reboot`, or a line that cron does not take either.
      return [];
    }
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Sends a beat. Never rejects: a bot that is away notices nothing, and a user without a bot needs none.
 *
 * @param before the run from cron before this one, Unix time in ms
 */
export async function sendBeat(
  io: RunnerIo,
  settings: RunnerSettings,
  { now, before }: { readonly now: number; readonly before: number | undefined },
): Promise<void> {
  const client = createApiClient({ socketPath: settings.socketPath, timeoutMs: ANSWER_MS, deadlineMs: ANSWER_MS });
  try {
    const next = await nextBeat(io, settings, now).catch(() => undefined);
    // Without a line, as with a timer or another program that starts runs, the next may take as long as the last did.
    const usual = Math.max(beatEvery(io.uid), before === undefined ? 0 : 2 * (now - before));
    const within = (next === undefined ? usual : next - now) + LATE_MS;
    await client.beat({ expect_within: Math.min(MOST_SECONDS, Math.ceil(within / 1000)) });
  } catch {
    // The next is due in an hour.
  } finally {
    await client.close();
  }
}
