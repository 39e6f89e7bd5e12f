import { shortDuration } from '../../../shared/text/duration.ts';
import { runDue } from '../../execution/run-due.ts';
import { type RunOptions, runScripts } from '../../execution/run-scripts.ts';
import { discover, findScript } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';

/** Milliseconds to wait for a delivery, so that a person sees what came of it. */
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
  const scripts = discover(settings.scriptsDir);
  const chosen = names.length === 0 ? scripts : new Set(names.map((name) => findScript(scripts, name)));
  return runScripts(io, settings, [...chosen], {
    ...options,
    lines: true,
    wait: WAIT_MS,
    ...(options.dryRun && !options.json && { preview: (output) => io.out(preview(output)) }),
  });
}

type Output = Parameters<NonNullable<RunOptions['preview']>>[0];

/** What a dry run shows of a notification. */
function preview({ title, message, images, file, cooldown, key, severity }: Output): string {
  const facts = [
    ...images.map((path) => `image ${path}`),
    ...(file === undefined ? [] : [`file ${file}`]),
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    ...(key === undefined ? [] : [`key ${key}`]),
    ...(cooldown === undefined ? [] : [`cooldown ${cooldown === 0 ? 'none' : shortDuration(cooldown)}`]),
  ];
  const lines = [title, ...(message?.split('\n') ?? []), ...(facts.length > 0 ? [`(${facts.join(', ')})`] : [])];
  return lines.flatMap((line) => (line === undefined ? [] : [`    ${line.replace(/\p{Cc}/gu, ' ')}\n`])).join('');
}
