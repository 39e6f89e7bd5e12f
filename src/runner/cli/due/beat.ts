/**
 * The beat: tells the bot that cron runs this user's runner, and the user when Telegram refuses their chat. Loaded once an hour, beside whatever runs, so that it uses
 * Node's own modules: the project's clients would cost the run 8 MB.
 */
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { type JsonObject, jsonObjectIn } from '../../../shared/json/json-object.ts';
import { cell } from '../../../shared/text/table.ts';
import { beatEvery } from '../../policy/beat-policy.ts';
import type { RunnerSettings } from '../../settings.ts';
import { isNewRefusal } from '../../state/notice-memory.ts';
import type { RunnerIo } from '../io.ts';
import { runnerLines } from '../setup/crontab-lines.ts';

/** How long crontab(1) and the bot may take, ms: nothing depends on their answers. */
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

/** Characters of an answer that are read. */
const MOST_ANSWER = 64 * 1024;

/** Posts a beat. Never rejects. @returns the answer, a JSON object; `undefined` for another or none */
function post(socketPath: string, body: object): Promise<JsonObject | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const asked = request({ socketPath, method: 'POST', path: '/beat', headers, signal, agent: false }, (answer) => {
      const take = (part: string) => {
        text = (text + part).slice(0, MOST_ANSWER);
      };
      answer
        .setEncoding('utf8')
        .on('data', take)
        .once('error', () => {});
    });
    asked.once('error', () => {}).once('close', () => resolve(jsonObjectIn(text)));
    asked.end(JSON.stringify(body));
  });
}

/**
 * Tells once on standard error, which cron mails, that Telegram refuses the user's chat: there is no other place left
 * where they would hear of it.
 */
function reportRefusal(io: RunnerIo, stateDir: string, { unreachable }: JsonObject): void {
  const reason = typeof unreachable === 'string' ? unreachable : undefined;
  if (!isNewRefusal(stateDir, reason) || reason === undefined) return;
  io.err(`notify-runner: No message reaches your chat: ${cell(reason, 300)}\n`);
}

/** A line that runs all day, such as init's: every few minutes. */
const ALL_DAY = /^\*(?:\/\d+)?(?:\s+\*){4}$/;
const HOUR_MS = 3_600_000;

/** The first run from cron at which the next beat is due, Unix time in ms; `undefined` where no line tells. */
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
  const next = await nextBeat(io, settings, now).catch(() => undefined);
  // Without a line, as with a timer or another program that starts runs, the next may take as long as the last did.
  const usual = Math.max(beatEvery(io.uid), before === undefined ? 0 : 2 * (now - before));
  const within = (next === undefined ? usual : next - now) + LATE_MS;
  const body = { expect_within: Math.min(MOST_SECONDS, Math.ceil(within / 1000)) };
  const answer = await post(settings.socketPath, body);
  if (answer?.ok === true) reportRefusal(io, settings.stateDir, answer);
}
