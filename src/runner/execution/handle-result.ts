/** Acts on a finished run: alerts on a failure or recovery, sends or suppresses the notification, remembers both. */
import { isDeepStrictEqual } from 'node:util';
import type { RunEnd } from '../outcomes.ts';
import type { ScriptState } from '../state/script-state.ts';
import { readState } from '../state/script-state-file.ts';
import { alertFailure, alertRecovery } from './failure-alerts.ts';
import type { PreparedScript } from './prepare-script.ts';
import type { RunContext } from './run-context.ts';
import type { ScriptRun } from './run-script.ts';
import { saveState } from './save-state.ts';
import { sendResult } from './send-result.ts';

/** How the run ended, and the cooldown in force where it sent or held back, ms. */
export interface RunDecision {
  readonly end: RunEnd;
  readonly cooldown?: number;
}

/**
 * Decides on a finished run and acts on it.
 *
 * @throws Problem `storage` when the script's state can't be read
 */
export async function handleResult(
  prepared: PreparedScript,
  context: RunContext,
  { result, stderr }: ScriptRun,
): Promise<RunDecision> {
  const { script } = prepared;
  const { delivery } = context;
  const { state, problem } = readState(delivery.stateDir, script.stateName);
  if (problem) delivery.warn({ code: 'problem', error: problem });
  const save = async (before: ScriptState, next: ScriptState) => {
    if (!isDeepStrictEqual(before, next)) await saveState(script, delivery, next);
  };
  if ('failure' in result) {
    const { failure } = result;
    await save(state, await alertFailure(script, context, failure, stderr, state));
    return { end: { outcome: 'failed', failure, stderr } };
  }
  if (!result.output.notify) {
    await save(state, await alertRecovery(script, context, state));
    return { end: { outcome: 'quiet' } };
  }
  const decision = await sendResult(prepared, context, result.output, state);
  const { end, cooldown } = decision;
  if (end.outcome === 'failed') await save(state, decision.state);
  else await save(decision.saved, await alertRecovery(script, context, decision.state));
  return { end, cooldown };
}
