/** Runs several scripts side by side, and what waited from earlier. Loaded only when there is something to do. */

import { setMaxListeners } from 'node:events';
import { sentenceOf } from '../../core/problem.ts';
import type { ScriptOutput } from '../../shared/api/script-output.ts';
import { DONE, FAILED, type RunnerIo, stopStatus } from '../cli/io.ts';
import { createReport } from '../cli/report.ts';
import { createBotClient } from '../delivery/bot-client.ts';
import { stillWaits } from '../delivery/deliver.ts';
import { listPending, tidyPending } from '../delivery/pending.ts';
import { redeliverPending } from '../delivery/redeliver-pending.ts';
import { DEFAULT_PARALLEL } from '../policy/defaults.ts';
import type { Script } from '../scripts/discover.ts';
import type { RunnerSettings } from '../settings.ts';
import { readConfig } from '../state/config.ts';
import { createRunnerLog } from '../state/runner-log.ts';
import { runJob } from './job.ts';
import type { JobContext, JobResult } from './job-context.ts';

export interface RunOptions {
  /** Scripts at a time. */
  readonly jobs?: number | undefined;
  /** Milliseconds, over what the headers say. */
  readonly timeout?: number | undefined;
  /** When what is due was chosen, Unix time in ms. */
  readonly chosenAt?: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** A line for each result; as the terminal has it unless said. */
  readonly lines?: boolean;
  readonly json?: boolean;
  /** Whether the JSON holds what the scripts said; it does unless told not to. */
  readonly output?: boolean;
  /** Milliseconds to wait for each delivery, to tell what came of it. */
  readonly wait?: number;
  /** Shown what a dry run would send. */
  readonly preview?: (output: ScriptOutput) => void;
}

/** Runs `work` on each item, so many at a time, in order. */
async function eachOf<T>(items: readonly T[], parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
}

function resultsJson(results: readonly JobResult[], { output: whole = true }: RunOptions): string {
  const rows = results.map(({ name, outcome, detail, took, output }) => ({
    name,
    result: outcome,
    ...(detail && { detail }),
    seconds: Math.round(took) / 1000,
    ...(whole && output && { output: output.own }),
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** @returns the exit status */
export async function runScripts(
  io: RunnerIo,
  settings: RunnerSettings,
  scripts: readonly Script[],
  options: RunOptions,
): Promise<number> {
  const { stateDir, socketPath } = settings;
  const { json = false, dryRun = false, lines = false } = options;
  const report = createReport(io, { lines: lines && !json, live: !json });
  const log = createRunnerLog(stateDir, settings.logLevel);
  let wrong = false;
  const warn = (sentence: string) => {
    wrong = true;
    report.warn(sentence);
    log.warn({}, sentence);
  };
  const { config, problem } = readConfig(stateDir);
  if (problem) warn(problem.message);
  const { pending, unreadable } = dryRun ? { pending: [], unreadable: [] } : listPending(stateDir);
  if (!dryRun) for (const sentence of tidyPending(stateDir, unreadable, Date.now())) warn(sentence);
  const handOver = createBotClient({ socketPath, stateDir, wait: options.wait ?? 0, stop: io.stop });
  const context: JobContext = {
    execution: {
      home: settings.home,
      environment: io.environment,
      node: io.node,
      stop: io.stop,
      timeout: options.timeout,
    },
    delivery: { stateDir, handOver, log, warn, now: Date.now },
    config,
    waiting: pending,
    chosenAt: options.chosenAt,
    force: options.force ?? false,
    dryRun,
  };

  // One for each script under way.
  setMaxListeners(0, io.stop);
  const results: JobResult[] = [];
  const others = redeliverPending(context.delivery, pending, new Set(scripts.map(({ name }) => name))).catch(
    sentenceOf,
  );
  await eachOf(scripts, options.jobs ?? Math.max(DEFAULT_PARALLEL, io.cores), async (script) => {
    if (io.stop.aborted) return;
    report.started(script.name);
    const result = await runJob(script, context);
    results.push(result);
    report.finished(result);
    if (result.outcome === 'would-send' && result.output) options.preview?.(result.output);
  });
  const why = await others;
  if (why !== undefined) warn(stillWaits(why));
  report.close();
  await handOver.close();
  if (json) io.out(resultsJson(results, options));
  wrong ||= results.some(({ outcome }) => outcome === 'failed' || outcome === 'waiting');
  return stopStatus(io) ?? (wrong ? FAILED : DONE);
}
