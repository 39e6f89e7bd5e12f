import { likelyMistakes, type ScriptOutput } from '../../../shared/api/script-output.ts';
import { shortDuration } from '../../../shared/text/duration.ts';
import { prepareAndCheck } from '../../execution/prepare-script.ts';
import type { JobResult } from '../../execution/run-context.ts';
import { readFolder } from '../../scripts/discover.ts';
import { findScript } from '../../scripts/find-script.ts';
import type { RunnerSettings } from '../../settings.ts';
import { runDue } from '../due/run-due.ts';
import type { RunnerIo } from '../io.ts';
import { type RunOptions, runAndReport } from '../run-and-report.ts';

/** How long the bot may delay its answer until a message is delivered, ms: a person waits for the outcome. */
const WAIT_MS = 10_000;

/**
 * `notify-runner run [NAME…]`
 *
 * @throws Problem `no_folder`, `no_script`, `bad_name`
 */
export async function run(
  io: RunnerIo,
  settings: RunnerSettings,
  names: readonly string[],
  options: RunOptions,
): Promise<number> {
  if (names.length === 0 && !options.force) return runDue(io, settings, { ...options, lines: true });
  const folder = readFolder(settings.scriptsDir);
  const chosen = names.length === 0 ? folder.scripts : new Set(names.map((name) => findScript(folder, name)));
  const clock = { now: Date.now(), tz: settings.tz };
  const prepared = await Promise.all([...chosen].map((script) => prepareAndCheck(script, clock)));
  return runAndReport(io, settings, prepared, {
    ...options,
    lines: true,
    wait: WAIT_MS,
    ...(options.dryRun && !options.json && { preview: (result) => io.out(preview(result)) }),
  });
}

/** What a dry run shows of a notification; empty where it would send none. */
function preview({ outputs }: JobResult): string {
  return outputs.map((output) => (output.notify || output.alert ? previewOf(output) : '')).join('');
}

function previewOf(output: ScriptOutput): string {
  const { title, message, images, file, cooldown, key, replace, severity, alert } = output;
  const facts = [
    ...(alert === undefined ? [] : [alert.state === 'firing' ? 'a firing alert' : 'a resolved alert']),
    ...images.map((path) => `image ${path}`),
    ...(file === undefined ? [] : [`file ${file}`]),
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    ...(key === undefined ? [] : [replace === true ? `replaces the last one with key ${key}` : `key ${key}`]),
    ...(cooldown === undefined ? [] : [`cooldown ${cooldown === 0 ? 'none' : shortDuration(cooldown)}`]),
  ];
  const ignored = [...likelyMistakes(output.own)].map(
    ([given, meant]) => `(ignored: ${JSON.stringify(given)}; did you mean "${meant}"?)`,
  );
  const lines = [
    title,
    ...(message?.split('\n') ?? []),
    ...(facts.length > 0 ? [`(${facts.join(', ')})`] : []),
    ...ignored,
  ];
  return lines.flatMap((line) => (line === undefined ? [] : [`    ${line.replace(/\p{Cc}/gu, ' ')}\n`])).join('');
}
