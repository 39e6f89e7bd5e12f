import { sentenceOf } from '../../../core/problem.ts';
import { agoOf, shortDuration } from '../../../shared/text/duration.ts';
import { cell, table } from '../../../shared/text/table.ts';
import { cooldownLeft, DEFAULT_COOLDOWN_MS } from '../../policy/cooldown.ts';
import { nextScheduled } from '../../policy/schedule.ts';
import { discover, notUtf8, type Script, unusableNames } from '../../scripts/discover.ts';
import { type Header, readHeader } from '../../scripts/header.ts';
import type { RunnerSettings } from '../../settings.ts';
import { readRunRecord } from '../../state/run-record.ts';
import { peekState } from '../../state/script-state.ts';
import { DONE, type RunnerIo } from '../io.ts';

function headerOf(script: Script): Header | { readonly trouble: string } {
  try {
    const header = readHeader(script.path);
    if (header.schedule !== undefined) nextScheduled(header.schedule, Date.now());
    return header;
  } catch (error) {
    return { trouble: sentenceOf(error) };
  }
}

/** What came of the last run, for people. */
const RESULTS: Readonly<Record<string, string>> = {
  queued: 'handed over',
  quiet: 'nothing to say',
  cooldown: 'cooling down',
};

/** What is known of a script, the fields of `--json`. */
function standingOf({ stateDir }: RunnerSettings, script: Script, now: number) {
  const header = headerOf(script);
  const fine = 'trouble' in header ? {} : header;
  const record = readRunRecord(stateDir, script.name);
  const { lastSent, keys } = peekState(stateDir, script.stateName);
  const sends = [lastSent, ...Object.values(keys)].flatMap((seconds) =>
    seconds === undefined ? [] : [seconds * 1000],
  );
  const left = cooldownLeft(sends, record?.cooldown ?? fine.cooldown ?? DEFAULT_COOLDOWN_MS, now);
  return {
    name: script.name,
    stem: script.stem,
    schedule: fine.schedule ?? null,
    last_run: record?.ran ? new Date(record.at).toISOString() : null,
    last_result: record?.ran ? record.result : null,
    cooldown_left: left > 0 ? shortDuration(left) : null,
    cooldown_until: left > 0 ? new Date(now + left).toISOString() : null,
    ...('trouble' in header && { error: header.trouble }),
  };
}

export interface ScriptListOptions {
  readonly json?: boolean;
  /** The names alone, one a line, as shells want them for completion. */
  readonly names?: boolean;
}

/** `notify-runner list`. @throws Problem `no_folder` */
export async function list(
  io: RunnerIo,
  settings: RunnerSettings,
  { json, names }: ScriptListOptions,
): Promise<number> {
  if (names) {
    // One with a line break in it would pass for two.
    const lines = discover(settings.scriptsDir).flatMap(({ name }) => (/\p{Cc}/u.test(name) ? [] : [`${name}\n`]));
    io.out(lines.join(''));
    return DONE;
  }
  for (const name of unusableNames(settings.scriptsDir)) io.err(`notify-runner: ${notUtf8(name)}\n`);
  const now = Date.now();
  const standings = discover(settings.scriptsDir).map((script) => standingOf(settings, script, now));
  if (json) io.out(`${JSON.stringify(standings, null, 2)}\n`);
  else if (standings.length === 0)
    io.out(`There are no scripts in ${settings.scriptsDir} yet: notify-runner init makes an example.\n`);
  else {
    const rows = standings.map(
      ({ name, schedule, last_run: last, last_result: result, cooldown_left: left, error }) => [
        cell(name),
        error === undefined ? cell(schedule ?? 'every run') : 'unreadable',
        last === null ? 'never' : agoOf(now - Date.parse(last)),
        result === null ? '' : (RESULTS[result] ?? cell(result)),
        left ?? '',
      ],
    );
    io.out(table([['NAME', 'SCHEDULE', 'LAST RUN', 'RESULT', 'COOLDOWN'], ...rows]));
  }
  return DONE;
}
