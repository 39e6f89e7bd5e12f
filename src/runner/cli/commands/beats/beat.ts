import { Problem } from '../../../../core/problem.ts';
import { A_GRACE, AN_INTERVAL, isBeatName, isGrace, isInterval } from '../../../../shared/api/beats/beat-rules.ts';
import type { BeatBody, ExpectedBeatAnswer } from '../../../../shared/api/beats/beats.ts';
import { agoOf } from '../../../../shared/text/duration.ts';
import { cell, table } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { destinationsIn } from '../../destinations-in.ts';
import { DONE, FAILED, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { persist, within } from '../persist.ts';

/** The options of the command. */
export interface BeatOptions {
  readonly every?: string;
  readonly grace?: string;
  readonly to?: readonly string[];
  readonly end?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** How long to retry while the bot is unavailable, ms: enough for a restart. A lost beat would raise a false alarm. */
const AWAY_MS = 30_000;

const usage = (sentence: string) => new Problem('usage', sentence);

/** A time to the minute in this host's zone. */
function minuteOf(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function listText(beats: readonly ExpectedBeatAnswer[]): string {
  if (beats.length === 0) return 'No job is expected yet: notify-runner beat NAME --every 1d\n';
  const rows = beats.map((one) => [
    cell(one.name),
    one.every,
    one.grace,
    agoOf(Date.now() - Date.parse(one.at)),
    one.overdue ? 'overdue' : `expected by ${minuteOf(one.late_after)}`,
    one.script ? 'header of a script' : 'notify-runner beat',
  ]);
  return table([['NAME', 'EVERY', 'GRACE', 'LAST', 'STATE', 'BY'], ...rows]);
}

/** The request of a beat. @throws Problem `usage` */
function bodyOf(
  name: string | undefined,
  { every, grace, to, end }: BeatOptions,
): BeatBody & { readonly name: string } {
  if (name === undefined) throw usage('Name the job, or use --list.');
  if (!isBeatName(name)) throw usage(`${JSON.stringify(name.slice(0, 60))}: expected 1 to 128 printable characters.`);
  if (end && (every !== undefined || grace !== undefined || to !== undefined)) {
    throw usage('--end cannot be combined with --every, --grace or --to.');
  }
  if (every !== undefined && !isInterval(every)) {
    throw usage(`--every: expected ${AN_INTERVAL}, found ${JSON.stringify(every)}.`);
  }
  if (grace !== undefined && !isGrace(grace))
    throw usage(`--grace: expected ${A_GRACE}, found ${JSON.stringify(grace)}.`);
  return {
    name,
    ...(end && { end }),
    ...(every !== undefined && { every }),
    ...(grace !== undefined && { grace }),
    ...(to !== undefined && { to: [...destinationsIn(to)] }),
  };
}

/**
 * `notify-runner beat`. Prints nothing without a terminal, since cron runs the jobs that call it.
 *
 * @throws Problem `usage`, `unknown_beat`, or with the bot's sentence
 */
export function beat(
  io: RunnerIo,
  { socketPath }: RunnerSettings,
  name: string | undefined,
  options: BeatOptions,
): Promise<number> {
  const { json, list } = options;
  if (list && name !== undefined) throw usage('--list shows all jobs: omit the name.');
  const body = list ? undefined : bodyOf(name, options);
  return withBot(socketPath, async (client) => {
    if (body === undefined) {
      const { beats } = await client.beats();
      io.out(json ? `${JSON.stringify(beats, null, 2)}\n` : listText(beats));
      return DONE;
    }
    const answer = await persist(() => client.beat(body), within(AWAY_MS), io.stop);
    if (json) io.out(`${JSON.stringify(answer)}\n`);
    if (body.end) {
      if (answer.ended === false) io.err(`notify-runner: ${cell(body.name)} was not expected.\n`);
      else if (io.terminal && !json) io.out(`${cell(body.name)} is no longer expected.\n`);
      return answer.ended === false ? FAILED : DONE;
    }
    const { beat: noted } = answer;
    if (noted !== undefined && io.terminal && !json) {
      io.out(`${cell(noted.name)}: the next one is expected by ${minuteOf(noted.late_after)}.\n`);
    }
    return DONE;
  });
}
