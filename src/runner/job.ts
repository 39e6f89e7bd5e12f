/** One script's trip: lock, run, read, decide, hand over, remember. */
import { sentenceOf } from '../shared/problem.ts';
import { type Attempt, attempt } from './attempt.ts';
import { conclude, type Ending } from './conclude.ts';
import { deliverAgain, type Outlet, stillWaits } from './delivery.ts';
import type { Script } from './discover.ts';
import type { JobContext, JobResult } from './job-context.ts';
import { lastLine, plain } from './notices.ts';
import { readRunRecord, writeRunRecord } from './run-record.ts';
import { type ScriptLock, takeScriptLock } from './script-lock.ts';

function logRun({ log }: Outlet, script: Script, run: Attempt, ending: Pick<JobResult, 'outcome' | 'detail'>): void {
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

async function leftovers(script: Script, { outlet, waiting }: JobContext): Promise<void> {
  for (const pending of waiting) {
    if (pending.source !== script.name) continue;
    const why = await deliverAgain(outlet, pending);
    if (why !== undefined) outlet.warn(stillWaits(why));
  }
}

async function locked(script: Script, context: JobContext, lock: ScriptLock | undefined): Promise<JobResult> {
  const { outlet, surroundings, dryRun } = context;
  const { name } = script;
  const at = outlet.now();
  const earlier = dryRun ? Promise.resolve() : leftovers(script, context);
  const run = await attempt(script, surroundings, lock?.note);
  await earlier;
  const { took, stopped, result } = run;
  if (stopped) return { name, outcome: 'stopped', detail: '', took };
  const output = 'output' in result ? { output: result.output } : {};
  if (dryRun) {
    if ('failure' in result)
      return { name, outcome: 'failed', detail: `${result.failure}${lastLine(run.stderr)}`, took };
    return { name, outcome: result.output.notify ? 'would-send' : 'quiet', detail: '', took, ...output };
  }
  let ending: Pick<Ending, 'outcome' | 'detail' | 'cooldown'>;
  try {
    ending = await conclude(script, context, run);
  } catch (error) {
    ending = { outcome: 'failed', detail: sentenceOf(error) };
  }
  const { outcome, detail, cooldown } = ending;
  logRun(outlet, script, run, ending);
  const record = {
    at,
    ran: true,
    result: outcome,
    failed: outcome === 'failed',
    ...(cooldown !== undefined && { cooldown }),
  };
  writeRunRecord(outlet.stateDir, name, record);
  return { name, outcome, detail, took, ...output };
}

/** Whether an overlapping run came first since this one chose its scripts. */
function ranMeanwhile({ name }: Script, { outlet, chosenAt }: JobContext): boolean {
  const record = readRunRecord(outlet.stateDir, name);
  return chosenAt !== undefined && record?.ran === true && record.at >= chosenAt && record.at <= outlet.now();
}

/** Runs one script and sees to what it says. Never rejects. */
export async function runJob(script: Script, context: JobContext): Promise<JobResult> {
  const { outlet } = context;
  let lock: ScriptLock | undefined;
  try {
    lock = takeScriptLock(outlet.stateDir, script.name);
    if (lock === undefined) {
      return { name: script.name, outcome: 'running', detail: 'another run has it in hand', took: 0 };
    }
  } catch (error) {
    outlet.warn(`${sentenceOf(error)} Scripts run without a lock.`);
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
