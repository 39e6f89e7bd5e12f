import { sentenceOf } from '../../../core/problem.ts';
import { agoOf, shortDuration } from '../../../shared/text/duration.ts';
import { cell, table } from '../../../shared/text/table.ts';
import { visible } from '../../../shared/text/visible.ts';
import { type PreparedScript, prepareAndCheck } from '../../execution/prepare-script.ts';
import { cooldownLeft, defaultCooldown } from '../../policy/cooldown.ts';
import { discover, readFolder } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { readRunRecord } from '../../state/run-record.ts';
import { peekState } from '../../state/script-state-file.ts';
import { leftoversText, skippedText } from '../../text/skipped-text.ts';
import { DONE, type RunnerIo } from '../io.ts';
import { settledResults } from './delivery-states.ts';

/** Results of a last run that are shown in other words. */
const RESULTS: Readonly<Record<string, string>> = {
  quiet: 'no alert',
};

/** A script as an object of `--json`. */
function rowOf({ stateDir }: RunnerSettings, { script, header, problem }: PreparedScript, now: number) {
  const record = readRunRecord(stateDir, script.name);
  const { lastSent, keys } = peekState(stateDir, script.stateName);
  const sends = [lastSent, ...Object.values(keys)].flatMap((seconds) =>
    seconds === undefined ? [] : [seconds * 1000],
  );
  const left = cooldownLeft(sends, record?.cooldown ?? defaultCooldown(header), now);
  return {
    name: script.name,
    stem: script.stem,
    schedule: problem === undefined ? (header.schedule ?? null) : null,
    ...(problem === undefined && header.tz !== undefined && { tz: header.tz }),
    last_run: record?.ran ? new Date(record.at).toISOString() : null,
    last_result: record?.ran ? record.result : null,
    cooldown_left: left > 0 ? shortDuration(left) : null,
    cooldown_until: left > 0 ? new Date(now + left).toISOString() : null,
    ...(problem !== undefined && { error: sentenceOf(problem) }),
  };
}

type Row = ReturnType<typeof rowOf>;

/** A run ends when the bot has queued its message; the bot knows its delivery state. */
async function withSettledResults({ socketPath }: RunnerSettings, rows: readonly Row[]): Promise<readonly Row[]> {
  const queued = rows.flatMap(({ name, last_run: at, last_result: result }) =>
    result === 'queued' && at !== null ? [{ name, at: Date.parse(at) }] : [],
  );
  const results = await settledResults(socketPath, queued);
  return rows.map((row) => ({ ...row, last_result: results.get(row.name) ?? row.last_result }));
}

export interface ScriptListOptions {
  readonly json?: boolean;
  /** Print the names alone, one a line, for the completion of shells. */
  readonly names?: boolean;
}

/** `notify-runner list`. @throws Problem `no_folder` */
export async function list(
  io: RunnerIo,
  settings: RunnerSettings,
  { json, names }: ScriptListOptions,
): Promise<number> {
  if (names) {
    // A name with a line break would look like two, and one with an escaped character like another.
    const isPlain = (name: string) => !/\p{Cc}/u.test(name) && visible(name) === name;
    const lines = discover(settings.scriptsDir).flatMap(({ name }) => (isPlain(name) ? [`${name}\n`] : []));
    io.out(lines.join(''));
    return DONE;
  }
  const { scripts: found, skipped, leftovers } = readFolder(settings.scriptsDir);
  for (const file of skipped) io.err(`notify-runner: ${skippedText(file)}\n`);
  if (leftovers.length > 0) io.err(`notify-runner: ${leftoversText(leftovers)}\n`);
  const now = Date.now();
  const clock = { now, tz: settings.tz };
  const scripts = await Promise.all(found.map((script) => prepareAndCheck(script, clock)));
  const recorded = scripts.map((script) => rowOf(settings, script, now));
  const rows = await withSettledResults(settings, recorded);
  if (json) {
    io.out(`${JSON.stringify(rows, null, 2)}\n`);
  } else if (rows.length === 0) {
    io.out(`There are no scripts in ${settings.scriptsDir} yet: notify-runner init creates an example.\n`);
  } else {
    const cells = rows.map(
      ({ name, schedule, tz, last_run: last, last_result: result, cooldown_left: left, error }) => [
        cell(name),
        error === undefined
          ? cell([schedule ?? 'every run', ...(tz === undefined ? [] : [tz])].join(' '))
          : 'unreadable',
        last === null ? 'never' : agoOf(now - Date.parse(last)),
        result === null ? '' : (RESULTS[result] ?? cell(result)),
        left ?? '',
      ],
    );
    io.out(table([['NAME', 'SCHEDULE', 'LAST RUN', 'RESULT', 'COOLDOWN'], ...cells]));
  }
  return DONE;
}
