/** Runs several scripts at a time and delivers what waits. Loaded only when there is something to do. */
import { setMaxListeners } from 'node:events';
import type { DeliveryContext } from '../delivery/delivery-context.ts';
import { readWaiting } from '../delivery/waiting.ts';
import type { RunWarning } from '../outcomes.ts';
import { readConfig } from '../state/config.ts';
import { runJob } from './job.ts';
import type { PreparedScript } from './prepare-script.ts';
import { redeliverOthers } from './redeliver-others.ts';
import type { JobResult, RunContext } from './run-context.ts';
import type { ExecutionContext } from './run-script.ts';

/** How to run them. */
export interface RunScriptsOptions {
  /** Scripts at a time. */
  readonly parallel: number;
  /** When the due scripts were chosen, Unix time in ms; `undefined` for scripts that were named. */
  readonly chosenAt?: number | undefined;
  /** Send although the cooldown lasts. */
  readonly force: boolean;
  /** A person watches the run on a terminal. */
  readonly watched: boolean;
  /** Send nothing, remember nothing. */
  readonly dryRun: boolean;
}

/** Follows a run. */
export interface RunObserver {
  started(name: string): void;
  finished(result: JobResult): void;
}

/** Runs `work` on each item in order, at most `parallel` at a time. */
async function forEachParallel<T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
}

/** Runs the scripts. Warnings go to `delivery.warn`. Never rejects. */
export async function runScripts(
  scripts: readonly PreparedScript[],
  execution: ExecutionContext,
  delivery: DeliveryContext,
  { parallel, chosenAt, force, watched, dryRun }: RunScriptsOptions,
  observer: RunObserver,
): Promise<readonly JobResult[]> {
  const { config, problem } = readConfig(delivery.stateDir);
  if (problem) delivery.warn({ code: 'problem', error: problem });
  const waiting = dryRun ? [] : readWaiting(delivery);
  const context: RunContext = { execution, delivery, config, waiting, chosenAt, force, watched, dryRun };

  // Each script that runs listens.
  setMaxListeners(0, execution.stop);
  const results: JobResult[] = [];
  const others: Promise<RunWarning | undefined> = redeliverOthers(
    context,
    new Set(scripts.map(({ script }) => script.name)),
  );
  await forEachParallel(scripts, parallel, async (prepared) => {
    if (execution.stop.aborted) return;
    observer.started(prepared.script.name);
    const result = await runJob(prepared, context);
    results.push(result);
    observer.finished(result);
  });
  const warning = await others;
  if (warning) delivery.warn(warning);
  return results;
}
