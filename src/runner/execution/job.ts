/** One script's trip: lock, run, read, decide, hand over, remember. */
import { sentenceOf } from '../../core/problem.ts';
import { type DeliveryContext, deliverAgain, stillWaits } from '../delivery/deliver.ts';
import type { Script } from '../scripts/discover.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { lastLine, plain } from '../text/failure-messages.ts';
import { handleResult, type RunDecision } from './handle-result.ts';
import type { JobContext, JobResult } from './job-context.ts';
import { runScript, type ScriptRun } from './run-script.ts';
import { type ScriptLock, takeScriptLock } from './script-lock.ts';

function logRun(
  { log }: DeliveryContext,
  script: Script,
  run: ScriptRun,
  ending: Pick<JobResult, 'outcome' | 'detail'>,
): void {
  const { outcome, detail } = ending;
  const stderr = plain(run.stderr).trim();
  const fields = {
    script: script.name,
    seconds: Math.round(run.took) / 1000,
    ...(detail && { detail }),
    ...(stderr && { stderr }),
  };
  if (outcome === 'failed' || outcome === 'waiting') log.warn(fields, outcome);
  else log.info(fields, outcome);
}

async function leftovers(script: Script, { delivery, waiting }: JobContext): Promise<void> {
  for (const pending of waiting) {
    if (pending.source !== script.name) continue;
    const why = await deliverAgain(delivery, pending);
    if (why !== undefined) delivery.warn(stillWaits(why));
  }
}

async function locked(script: Script, context: JobContext, lock: ScriptLock | undefined): Promise<JobResult> {
  const { delivery, execution, dryRun } = context;
  const { name } = script;
  const at = delivery.now();
  const earlier = dryRun ? Promise.resolve() : leftovers(script, context);
  const run = await runScript(script, execution, lock?.note);
  await earlier;
  const { took, stopped, result } = run;
  if (stopped) return { name, outcome: 'stopped', detail: '', took };
  const output = 'output' in result ? { output: result.output } : {};
  if (dryRun) {
    if ('failure' in result)
      return { name, outcome: 'failed', detail: `${result.failure}${lastLine(run.stderr)}`, took };
    return { name, outcome: result.output.notify ? 'would-send' : 'quiet', detail: '', took, ...output };
  }
  let ending: Pick<RunDecision, 'outcome' | 'detail' | 'cooldown'>;
  try {
    ending = await handleResult(script, context, run);
  } catch (error) {
    ending = { outcome: 'failed', detail: sentenceOf(error) };
  }
  const { outcome, detail, cooldown } = ending;
  logRun(delivery, script, run, ending);
  const record = {
    at,
    ran: true,
    result: outcome,
    failed: outcome === 'failed',
    ...(cooldown !== undefined && { cooldown }),
  };
  writeRunRecord(delivery.stateDir, name, record);
  return { name, outcome, detail, took, ...output };
}

/** Whether an overlapping run came first since this one chose its scripts. */
function ranMeanwhile({ name }: Script, { delivery, chosenAt }: JobContext): boolean {
  const record = readRunRecord(delivery.stateDir, name);
  return chosenAt !== undefined && record?.ran === true && record.at >= chosenAt && record.at <= delivery.now();
}

/** Runs one script and sees to what it says. Never rejects. */
export async function runJob(script: Script, context: JobContext): Promise<JobResult> {
  const { delivery } = context;
  let lock: ScriptLock | undefined;
  try {
    lock = takeScriptLock(delivery.stateDir, script.name);
    if (lock === undefined) {
      return { name: script.name, outcome: 'running', detail: 'another run has it in hand', took: 0 };
    }
  } catch (error) {
    delivery.warn(`${sentenceOf(error)} Scripts run without a lock.`);
  }
  try {
    if (ranMeanwhile(script, context)) {
      return { name: script.name, outcome: 'running', detail: 'another run came first', took: 0 };
    }
    return await locked(script, context, lock);
  } finally {
    lock?.release();
  }
}
