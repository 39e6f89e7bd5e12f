/** The job of one script: lock, run, decide, deliver, remember. */

import type { NotificationEnd, RunEnd } from '../outcomes.ts';
import { mainEnd } from '../policy/combined-end.ts';
import { expectedScript } from '../scripts/expected-script.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { plain } from '../text/plain-text.ts';
import { resultText } from '../text/run-text.ts';
import { handleResult, type RunDecision } from './handle-result.ts';
import type { PreparedScript } from './prepare-script.ts';
import type { JobResult, RunContext } from './run-context.ts';
import { runScript, type ScriptRun } from './run-script.ts';
import { type ScriptLock, takeScriptLock } from './script-lock.ts';

const problemEnd = (error: unknown): RunEnd => ({
  outcome: 'failed',
  failure: { code: 'problem', error },
  stderr: '',
});

/** Where the notifications of a run went, beyond the chat of the script's owner. */
function destinationsOf({ header }: PreparedScript, { result }: ScriptRun): readonly string[] {
  const entries = 'entries' in result ? result.entries : [];
  const outputs = entries.flatMap((entry) =>
    'output' in entry && (entry.output.notify || entry.output.alert) ? [entry.output] : [],
  );
  return [...new Set(outputs.flatMap(({ to = header.to ?? [] }) => to))];
}

const ACCEPTED: ReadonlySet<RunEnd['outcome']> = new Set(['sent', 'queued', 'muted', 'firing']);

function logRun({ delivery }: RunContext, prepared: PreparedScript, run: ScriptRun, decision: RunDecision): void {
  const { log } = delivery;
  const { end } = decision;
  const detail = resultText(decision);
  const stderr = plain(run.stderr).trim();
  const to = ACCEPTED.has(end.outcome) ? destinationsOf(prepared, run) : [];
  const fields = {
    script: prepared.script.name,
    ...(to.length > 0 && { to: to.join(', ') }),
    seconds: Math.round(run.took) / 1000,
    ...(detail && { detail }),
    ...(stderr && { stderr }),
  };
  if (end.outcome === 'failed' || end.outcome === 'waiting') log.warn(fields, end.outcome);
  else log.info(fields, end.outcome);
}

/** Delivers what waits from earlier runs of the script. */
async function redeliverOwn(script: string, { delivery, waiting }: RunContext): Promise<void> {
  for (const { source, redeliver } of waiting) {
    if (source !== script) continue;
    const failure = await redeliver(delivery);
    if (failure !== undefined) delivery.warn({ code: 'still_waiting', failure });
  }
}

function dryRunDecision({ result, stderr }: ScriptRun): RunDecision {
  if ('failure' in result) return { end: { outcome: 'failed', failure: result.failure, stderr } };
  const notifications = result.entries.map((entry): NotificationEnd => {
    if ('problem' in entry) return { end: problemEnd(entry.problem) };
    const { key, notify, alert } = entry.output;
    const isSent = notify || alert?.state === 'firing';
    return { ...(key !== undefined && { key }), end: { outcome: isSent ? 'would-send' : 'quiet' } };
  });
  return { end: mainEnd(notifications), ...(notifications.length > 1 && { notifications }) };
}

async function decide(
  prepared: PreparedScript,
  context: RunContext,
  run: ScriptRun,
  startedAt: number,
): Promise<RunDecision> {
  try {
    return await handleResult(prepared, context, run, prepared.scheduledAt ?? startedAt);
  } catch (error) {
    return { end: problemEnd(error) };
  }
}

/** Tells the bot that a script has run well, where its header expects that; the next beat of the runner repeats it. */
async function reportSuccess(
  { script, header }: PreparedScript,
  { delivery }: RunContext,
  succeededAt: number | undefined,
): Promise<void> {
  const expected = expectedScript(script.name, header, succeededAt);
  if (expected !== undefined) await delivery.client.beat({ script: expected });
}

async function runLocked(
  prepared: PreparedScript,
  context: RunContext,
  lock: ScriptLock | undefined,
): Promise<JobResult> {
  const { delivery, execution, dryRun } = context;
  const { name } = prepared.script;
  const at = delivery.now();
  const earlier = dryRun ? Promise.resolve() : redeliverOwn(name, context);
  const run = await runScript(prepared, execution, lock?.recordProcess);
  await earlier;
  const { took, result } = run;
  if ('failure' in result && result.failure.code === 'stopped') {
    return { name, end: { outcome: 'stopped' }, took, outputs: [] };
  }
  const outputs = 'entries' in result ? result.entries.flatMap((one) => ('output' in one ? [one.output] : [])) : [];
  if (dryRun) return { name, ...dryRunDecision(run), took, outputs };
  const { cooldown, ...decision } = await decide(prepared, context, run, at);
  const { outcome } = decision.end;
  logRun(context, prepared, run, decision);
  const failed = outcome === 'failed';
  const succeededAt = failed ? readRunRecord(delivery.stateDir, name)?.succeededAt : delivery.now();
  writeRunRecord(delivery.stateDir, name, {
    at,
    ran: true,
    result: outcome,
    failed,
    ...(succeededAt !== undefined && { succeededAt }),
    ...(cooldown !== undefined && { cooldown }),
  });
  if (!failed) await reportSuccess(prepared, context, succeededAt);
  return { name, ...decision, took, outputs };
}

/** Whether an overlapping run has run the script since this run chose its scripts. */
function ranSinceChosen(name: string, { delivery, chosenAt }: RunContext): boolean {
  const record = readRunRecord(delivery.stateDir, name);
  return chosenAt !== undefined && record?.ran === true && record.at >= chosenAt && record.at <= delivery.now();
}

/** Runs one script and handles its result. Never rejects. */
export async function runJob(prepared: PreparedScript, context: RunContext): Promise<JobResult> {
  const { delivery } = context;
  const { name } = prepared.script;
  let lock: ScriptLock | undefined;
  try {
    lock = takeScriptLock(delivery.stateDir, name);
    if (lock === undefined) return { name, end: { outcome: 'running', why: 'locked' }, took: 0, outputs: [] };
  } catch (error) {
    delivery.warn({ code: 'no_lock', error });
  }
  try {
    if (ranSinceChosen(name, context)) {
      return { name, end: { outcome: 'running', why: 'just_ran' }, took: 0, outputs: [] };
    }
    return await runLocked(prepared, context, lock);
  } finally {
    lock?.release();
  }
}
