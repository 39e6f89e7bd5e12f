/** Acts on a finished run: alerts on a failure or recovery, sends or suppresses each notification, remembers both. */
import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../../core/problem.ts';
import type { ScriptEntry } from '../../shared/api/script-entries.ts';
import type { NotificationEnd, RunEnds, RunFailure } from '../outcomes.ts';
import { mainEnd } from '../policy/combined-end.ts';
import type { ScriptState } from '../state/script-state.ts';
import { readState } from '../state/script-state-file.ts';
import { someOf } from '../text/plain-text.ts';
import { alertFailure, alertRecovery, alertUnreadable } from './failure-alerts.ts';
import type { PreparedScript } from './prepare-script.ts';
import type { RunContext } from './run-context.ts';
import type { ScriptRun } from './run-script.ts';
import { saveState } from './save-state.ts';
import { sendAlert } from './sending/send-alert.ts';
import { sendResult } from './sending/send-result.ts';

/** How the run ended, and the longest cooldown in force where it sent or held back, ms. */
export interface RunDecision extends RunEnds {
  readonly cooldown?: number;
}

interface Sends {
  readonly ends: readonly NotificationEnd[];
  /** To be remembered. */
  readonly state: ScriptState;
  /** What is on disk. */
  readonly saved: ScriptState;
  readonly cooldowns: readonly number[];
}

/** What is wrong with notifications, as one failure; `undefined` when nothing is. */
function combinedFailure(problems: readonly Problem[]): RunFailure | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  return { code: 'problem', error: new Problem(first.code, someOf(problems.map(({ message }) => message))) };
}

/** Sends what is to be sent, one after the other; their cooldowns are those of before the run. */
async function sendEach(
  prepared: PreparedScript,
  context: RunContext,
  { entries, moment }: { readonly entries: readonly ScriptEntry[]; readonly moment: number },
  before: ScriptState,
): Promise<Sends> {
  const ends: NotificationEnd[] = [];
  const cooldowns: number[] = [];
  let [state, saved] = [before, before];
  for (const [number, entry] of entries.entries()) {
    if ('problem' in entry) {
      ends.push({ end: { outcome: 'failed', failure: { code: 'problem', error: entry.problem }, stderr: '' } });
      continue;
    }
    const { output } = entry;
    const keyed = output.key === undefined ? {} : { key: output.key };
    const { alert } = output;
    if (alert !== undefined) {
      const sent = await sendAlert(prepared, context, { output: { ...output, alert }, number }, state);
      ({ state } = sent);
      ends.push({ ...keyed, end: sent.end });
      continue;
    }
    if (!output.notify) {
      ends.push({ ...keyed, end: { outcome: 'quiet' } });
      continue;
    }
    const decision = await sendResult(prepared, context, { output, number, moment }, { before, state });
    ({ state } = decision);
    if (decision.isSaved) saved = state;
    cooldowns.push(decision.cooldown);
    ends.push({ ...keyed, end: decision.end });
  }
  return { ends, state, saved, cooldowns };
}

/**
 * Decides on a finished run and acts on it. Rejects only where a file of `pending/` can't be removed.
 *
 * @param moment the run's scheduled moment, or its start, Unix time in ms
 */
export async function handleResult(
  prepared: PreparedScript,
  context: RunContext,
  { result, stderr }: ScriptRun,
  moment: number,
): Promise<RunDecision> {
  const { script } = prepared;
  const { delivery } = context;
  const { state: before, problem } = readState(delivery.stateDir, script.stateName);
  if (problem && before.unreadable) {
    const isTold = await alertUnreadable(script, context, problem);
    delivery.warn({ code: 'state_unreadable', error: problem, isTold });
  } else if (problem) delivery.warn({ code: 'problem', error: problem });
  const save = async (saved: ScriptState, next: ScriptState) => {
    if (!isDeepStrictEqual(saved, next)) await saveState(script, delivery, next);
  };
  if ('failure' in result) {
    const { failure } = result;
    await save(before, await alertFailure(script, context, failure, stderr, before));
    return { end: { outcome: 'failed', failure, stderr } };
  }
  const { ends, state, saved, cooldowns } = await sendEach(
    prepared,
    context,
    { entries: result.entries, moment },
    before,
  );
  const end = mainEnd(ends);
  const wrong = combinedFailure(result.entries.flatMap((entry) => ('problem' in entry ? [entry.problem] : [])));
  if (wrong !== undefined) await save(saved, await alertFailure(script, context, wrong, stderr, state));
  else if (end.outcome === 'failed') await save(saved, state);
  else await save(saved, await alertRecovery(script, context, state));
  return {
    end,
    ...(ends.length > 1 && { notifications: ends }),
    ...(cooldowns.length > 0 && { cooldown: Math.max(...cooldowns) }),
  };
}
