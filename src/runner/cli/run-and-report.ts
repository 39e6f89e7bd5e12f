/** Runs scripts and shows the results. Loaded only when there is something to do. */
import { errnoOf } from '../../core/problem.ts';
import { PROGRESS_VARIABLE, progressLine } from '../../shared/api/actor/progress.ts';
import { createBotClient } from '../delivery/bot-client.ts';
import type { DeliveryContext } from '../delivery/delivery-context.ts';
import { hasPending } from '../delivery/pending-folder.ts';
import type { PreparedScript } from '../execution/prepare-script.ts';
import { createPipeSupply } from '../execution/process/shell-pipe.ts';
import type { JobResult } from '../execution/run-context.ts';
import type { ExecutionContext } from '../execution/run-script.ts';
import { runScripts } from '../execution/run-scripts.ts';
import type { NotificationEnd, RunWarning } from '../outcomes.ts';
import type { RunnerSettings } from '../settings.ts';
import { readConfig } from '../state/config.ts';
import { openMailMemory } from '../state/mail-memory.ts';
import type { SkippedNotice } from '../state/notice-memory.ts';
import { createRunnerLog } from '../state/runner-log.ts';
import { detailText, resultText, warningText } from '../text/run-text.ts';
import { sendSkippedNotice } from './due/skipped-notice.ts';
import { DONE, FAILED, isUnattended, type RunnerIo, stopStatus } from './io.ts';
import { createReport, WAITING } from './report.ts';

/** The options of `notify-runner` and `notify-runner run`. */
export interface RunOptions {
  /** Scripts at a time. */
  readonly jobs?: number | undefined;
  /** Milliseconds; takes precedence over headers. */
  readonly timeout?: number | undefined;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** A line for each result, unless `json`; on a terminal unless given. */
  readonly lines?: boolean;
  readonly json?: boolean;
  /** Whether the JSON holds the scripts' own output; true unless given. */
  readonly output?: boolean;
  /** How long the bot may delay its answer until a message is delivered, ms. */
  readonly wait?: number;
  /** When the due scripts were chosen, Unix time in ms; `undefined` for scripts that were named. */
  readonly chosenAt?: number;
  /** Files that are not run, of which their owner does not know yet. */
  readonly notice?: SkippedNotice;
  /** Whether cron mails what is printed: then each fault is printed once a day. */
  readonly mailed?: boolean;
  /** Called with each result of a dry run. */
  readonly preview?: (result: JobResult) => void;
}

/** Scripts at a time on a computer with fewer cores: most scripts wait for a database. */
const MIN_PARALLEL = 4;

/** What a warning is about, where its sentence names what differs from run to run; else `undefined`. */
function faultOf(warning: RunWarning): string | undefined {
  if (warning.code === 'still_waiting') return WAITING;
  if (warning.code === 'no_lock') return warning.code;
  return warning.code === 'problem' && errnoOf(warning.error) === 'storage' ? 'storage' : undefined;
}

function notificationJson({ key, end }: NotificationEnd) {
  const detail = detailText(end);
  return { ...(key !== undefined && { key }), result: end.outcome, ...(detail && { detail }) };
}

function resultsJson(results: readonly JobResult[], withOutput: boolean): string {
  const rows = results.map(({ name, end, notifications, took, outputs }) => {
    const detail = resultText({ end, ...(notifications && { notifications }) });
    const own = outputs.map((output) => output.own);
    return {
      name,
      result: end.outcome,
      ...(detail && { detail }),
      seconds: Math.round(took) / 1000,
      ...(notifications && { notifications: notifications.map(notificationJson) }),
      ...(withOutput && own.length > 0 && { output: notifications ? own : own[0] }),
    };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** @returns the exit status */
export async function runAndReport(
  io: RunnerIo,
  settings: RunnerSettings,
  scripts: readonly PreparedScript[],
  options: RunOptions,
): Promise<number> {
  const { stateDir, socketPath } = settings;
  const { json = false, dryRun = false, lines = false, force = false } = options;
  const mails = options.mailed && !lines && !json ? openMailMemory(stateDir, Date.now()) : undefined;
  const report = createReport(io, { lines: lines && !json, live: !json, mails });
  const log = createRunnerLog(stateDir, settings.logLevel);
  let warned = false;
  const warn = (warning: RunWarning) => {
    warned = true;
    const sentence = warningText(warning);
    // What the chat says need not be mailed.
    if (lines || warning.code !== 'state_unreadable' || !warning.isTold) report.warn(sentence, faultOf(warning));
    log.warn({}, sentence);
  };
  const client = createBotClient({ socketPath, wait: options.wait ?? 0, stop: io.stop });
  const delivery: DeliveryContext = { stateDir, client, log, warn, now: Date.now };
  // It is for this process, not for its scripts.
  const { [PROGRESS_VARIABLE]: asked, ...environment } = io.environment;
  const execution: ExecutionContext = {
    home: settings.home,
    environment,
    node: io.node,
    stop: io.stop,
    pipes: createPipeSupply(scripts.length),
    timeout: options.timeout,
    report: asked && json ? (lines) => io.out(progressLine({ lines })) : undefined,
  };
  const parallel = options.jobs ?? Math.max(MIN_PARALLEL, io.cores);
  const results = await runScripts(
    scripts,
    execution,
    delivery,
    { parallel, chosenAt: options.chosenAt, force, watched: !isUnattended(io), dryRun },
    {
      started: report.started,
      finished(result) {
        report.finished(result);
        options.preview?.(result);
      },
    },
  );
  const { failureAlerts } = readConfig(stateDir).config;
  if (options.notice && failureAlerts && !io.stop.aborted) await sendSkippedNotice(delivery, options.notice);
  report.close({ isWaiting: hasPending(stateDir) });
  await client.close();
  if (json) io.out(resultsJson(results, options.output ?? true));
  const failed = results.some(({ end: { outcome } }) => outcome === 'failed' || outcome === 'waiting');
  return stopStatus(io) ?? (warned || failed ? FAILED : DONE);
}
