/**
 * The beat: reports to the bot that cron runs this user's runner, and warns the user when Telegram refuses their chat.
 * Loaded once an hour, next to scripts that run, so it uses only Node's modules: the project's clients cost 8 MB.
 */
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import { cell } from '../../../shared/text/table.ts';
import { postBeat } from '../../delivery/post-beat.ts';
import { beatEvery } from '../../policy/beat-policy.ts';
import { isHost } from '../../policy/host-match.ts';
import { readFolder } from '../../scripts/discover.ts';
import { expectedScript } from '../../scripts/expected-script.ts';
import { readHeader } from '../../scripts/header.ts';
import type { RunnerSettings } from '../../settings.ts';
import { isNewRefusal } from '../../state/notice-memory.ts';
import { readRunRecord } from '../../state/run-record.ts';
import type { RunnerIo } from '../io.ts';
import { runnerLines } from '../setup/crontab-lines.ts';

/** How long crontab(1) may take, ms: nothing depends on its answer. */
const ANSWER_MS = 5_000;
/** Cron may start a run late, ms. */
const LATE_MS = 5 * 60_000;
/** The limit of the API, s. */
const MOST_SECONDS = 400 * 24 * 3600;

/** The crontab, a character for each byte. */
async function readTable({ environment }: RunnerIo): Promise<string> {
  const options = { env: { ...environment, LC_ALL: 'C' }, encoding: 'latin1', timeout: ANSWER_MS } as const;
  return (await promisify(execFile)('crontab', ['-l'], options)).stdout;
}

/**
 * Prints once on standard error, which cron mails, that Telegram refuses the user's chat: no other channel is left.
 */
function reportRefusal(io: RunnerIo, stateDir: string, { unreachable }: JsonObject): void {
  const reason = typeof unreachable === 'string' ? unreachable : undefined;
  if (!isNewRefusal(stateDir, reason) || reason === undefined) return;
  io.err(`notify-runner: No message reaches your chat: ${cell(reason, 300)}\n`);
}

/** A line that runs all day, such as init's: every few minutes. */
const ALL_DAY = /^\*(?:\/\d+)?(?:\s+\*){4}$/;
const HOUR_MS = 3_600_000;

/** The first run from cron at which the next beat is due, Unix time in ms; `undefined` if no crontab line says so. */
async function nextBeat(io: RunnerIo, { tz }: RunnerSettings, now: number): Promise<number | undefined> {
  const due = now + beatEvery(io.uid);
  const schedules = runnerLines(await readTable(io), io.home).map(({ schedule }) => schedule);
  if (schedules.length === 0) return undefined;
  // The next is at most an hour away, without a look by the parser of schedules.
  if (schedules.some((schedule) => ALL_DAY.test(schedule))) return due + HOUR_MS;
  const { parseSchedule, shownZone } = await import('../../policy/schedule.ts');
  const zone = shownZone(tz);
  const times = schedules.flatMap((schedule) => {
    try {
      return [parseSchedule(schedule, due - 1, zone).next];
    } catch {
      // `@reboot`, or a line that cron does not take either.
      return [];
    }
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Scripts that one beat names, the limit of the API. */
const MOST_SCRIPTS = 100;

/** The scripts of this host that are to run well so often; `undefined` where one of them can't be read. */
function expectedScripts({ scriptsDir, stateDir }: RunnerSettings): readonly object[] | undefined {
  try {
    const found = readFolder(scriptsDir).scripts.flatMap(({ name, path }): readonly object[] => {
      const header = readHeader(path);
      const isHere = header.host === undefined || isHost(header.host, hostname());
      const script = expectedScript(name, header, readRunRecord(stateDir, name)?.succeededAt);
      return isHere && script !== undefined ? [script] : [];
    });
    return found.slice(0, MOST_SCRIPTS);
  } catch {
    return undefined;
  }
}

/**
 * Sends a beat. Never rejects: an unavailable bot misses the beat, and a user without a bot needs none.
 *
 * @param before the run from cron before this one, Unix time in ms
 */
export async function sendBeat(
  io: RunnerIo,
  settings: RunnerSettings,
  { now, before }: { readonly now: number; readonly before: number | undefined },
): Promise<void> {
  const next = await nextBeat(io, settings, now).catch(() => undefined);
  // Without a line, as with a timer or another program that starts runs, the next may take as long as the last did.
  const usual = Math.max(beatEvery(io.uid), before === undefined ? 0 : 2 * (now - before));
  const within = (next === undefined ? usual : next - now) + LATE_MS;
  const scripts = expectedScripts(settings);
  const body = { expect_within: Math.min(MOST_SECONDS, Math.ceil(within / 1000)), ...(scripts && { scripts }) };
  const answer = await postBeat(settings.socketPath, body);
  if (answer?.ok === true) reportRefusal(io, settings.stateDir, answer);
}
