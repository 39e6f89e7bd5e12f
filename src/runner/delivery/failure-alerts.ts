import type { JobContext } from '../execution/job-context.ts';
import { decideFailureAlert } from '../policy/failure-policy.ts';
import type { Script } from '../scripts/discover.ts';
import type { ScriptState } from '../state/script-state.ts';
import { failureNotice, recoveryNotice } from '../text/failure-messages.ts';
import { deliver } from './deliver.ts';

/**
 * Tells a script's owner that it fails, unless they were told lately or don't want to hear.
 *
 * @returns the state to remember
 */
export async function alertFailure(
  script: Script,
  context: JobContext,
  failure: string,
  stderr: string,
  state: ScriptState,
): Promise<ScriptState> {
  const { config, delivery } = context;
  const outcome = { failed: true, telling: config.tellFailures, quiet: config.failureQuiet };
  const { tell, next } = decideFailureAlert(state, outcome, delivery.now());
  const { failing, failureTold, ...others } = state;
  if (tell === undefined) return { ...others, ...next };
  const content = failureNotice(script.name, failure, stderr, config.failureQuiet);
  const told = await deliver(delivery, { source: script.name, content, window: config.failureQuiet });
  if (told.stored || told.kind === 'accepted') return { ...others, ...next };
  const since = failing?.since ?? delivery.now() / 1000;
  return { ...others, failing: failing ?? { since }, ...(failureTold !== undefined && { failureTold }) };
}

/** Tells that a script works again, if its failure had been told. @returns the state to remember */
export async function alertRecovery(
  script: Script,
  { config, delivery }: JobContext,
  state: ScriptState,
): Promise<ScriptState> {
  const { failing, failureTold, ...others } = state;
  if (failing === undefined && failureTold === undefined) return state;
  const outcome = { failed: false, telling: config.tellFailures, quiet: config.failureQuiet };
  const { tell, next } = decideFailureAlert(state, outcome, delivery.now());
  if (tell === 'recovery' && failing !== undefined) {
    await deliver(delivery, {
      source: script.name,
      content: recoveryNotice(script.name, failing.since, delivery.now()),
    });
  }
  return { ...others, ...next };
}
