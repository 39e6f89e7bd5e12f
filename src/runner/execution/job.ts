/** The job of one script: lock, run, decide, deliver, remember. */
import type { RunEnd } from '../outcomes.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { plain } from '../text/plain-text.ts';
import { detailText } from '../text/run-text.ts';
import { handleResult, type RunDecision } from './handle-result.ts';
import type { PreparedScript } from './prepare-script.ts';
import type { JobResult, RunContext } from './run-context.ts';
import { runScript, type ScriptRun } from './run-script.ts';
import { type ScriptLock, takeScriptLock } from './script-lock.ts';

function logRun({ delivery }: RunContext, script: string, run: ScriptRun, end: RunEnd): void {
  const { log } = delivery;
  const detail = detailText(end);
  const stderr = plain(run.stderr).trim();
  const fields = {
    script,
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

function dryRunEnd({ result, stderr }: ScriptRun): RunEnd {
  if ('failure' in result) return { outcome: 'failed', failure: result.failure, stderr };
  return { outcome: result.output.notify ? 'would-send' : 'quiet' };
}

async function decide(prepared: PreparedScript, context: RunContext, run: ScriptRun): Promise<RunDecision> {
  try {
    return await handleResult(prepared, context, run);
  } catch (error) {
    return { end: { outcome: 'failed', failure: { code: 'problem', error }, stderr: '' } };
  }
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
  if ('failure' in result && result.failure.code === 'stopped') return { name, end: { outcome: 'stopped' }, took };
  const output = 'output' in result ? { output: result.output } : {};
  if (dryRun) return { name, end: dryRunEnd(run), took, ...output };
  const { end, cooldown } = await decide(prepared, context, run);
  const { outcome } = end;
  logRun(context, name, run, end);
  writeRunRecord(delivery.stateDir, name, {
    at,
    ran: true,
    result: outcome,
    failed: outcome === 'failed',
    ...(cooldown !== undefined && { cooldown }),
  });
  return { name, end, took, ...output };
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
    if (lock === undefined) return { name, end: { outcome: 'running', why: 'locked' }, took: 0 };
  } catch (error) {
    delivery.warn({ code: 'no_lock', error });
  }
  try {
    if (ranSinceChosen(name, context)) return { name, end: { outcome: 'running', why: 'just_ran' }, took: 0 };
    return await runLocked(prepared, context, lock);
  } finally {
    lock?.release();
  }
}
