import type { Problem } from '../../core/problem.ts';
import { deliver } from '../delivery/deliver.ts';
import type { RunFailure } from '../outcomes.ts';
import { decideFailureAlert } from '../policy/failure-policy.ts';
import type { Script } from '../scripts/discover.ts';
import { type ScriptState, withFailures } from '../state/script-state.ts';
import { failureAlert, recoveryAlert, unreadableAlert } from '../text/failure-alert.ts';
import type { RunContext } from './run-context.ts';

/** Shortest time between two alerts on the same unreadable state, ms: the bot remembers ids for a day. */
const UNREADABLE_QUIET_MS = 24 * 3_600_000;

/**
 * Alerts a script's owner on a failure, unless they watch the run, an alert was sent lately, or alerts are turned off.
 *
 * @returns the state to remember
 */
export async function alertFailure(
  script: Script,
  { config, delivery, watched }: RunContext,
  failure: RunFailure,
  stderr: string,
  state: ScriptState,
): Promise<ScriptState> {
  if (watched) return state;
  const { failureAlerts: enabled, failureQuiet: quiet } = config;
  const { alert, memory } = decideFailureAlert(state, { failed: true, enabled, quiet }, delivery.now());
  if (alert === undefined) return withFailures(state, memory);
  const content = failureAlert(script.name, failure, stderr, quiet);
  const result = await deliver(delivery, {
    source: script.name,
    content,
    window: quiet,
    isForgotten: state.unreadable,
  });
  if (result.stored || result.kind === 'accepted') return withFailures(state, memory);
  // The alert is lost: the next failure tries again.
  const { failing, lastAlertAt } = state;
  return withFailures(state, {
    failing: failing ?? { since: delivery.now() / 1000 },
    ...(lastAlertAt !== undefined && { lastAlertAt }),
  });
}

/**
 * Tells a script's owner once a day that its state can't be read: its cooldowns and failures are then unknown.
 *
 * @returns whether the bot took it, now or earlier in the day
 */
export async function alertUnreadable(
  script: Script,
  { config, delivery, watched }: RunContext,
  problem: Problem,
): Promise<boolean> {
  if (watched || !config.failureAlerts) return false;
  const content = unreadableAlert(script.name, problem);
  const draft = { source: script.name, content, window: UNREADABLE_QUIET_MS, isForgotten: true };
  return (await deliver(delivery, draft)).kind === 'accepted';
}

/**
 * Tells a script's owner that it works again, if its failure was alerted and they don't watch the run.
 *
 * @returns the state to remember
 */
export async function alertRecovery(
  script: Script,
  { config, delivery, watched }: RunContext,
  state: ScriptState,
): Promise<ScriptState> {
  const { failing, lastAlertAt } = state;
  if (watched) return state;
  if (failing === undefined && lastAlertAt === undefined) return state;
  const { failureAlerts: enabled, failureQuiet: quiet } = config;
  const { alert, memory } = decideFailureAlert(state, { failed: false, enabled, quiet }, delivery.now());
  if (alert === 'recovery' && failing !== undefined) {
    await deliver(delivery, {
      source: script.name,
      content: recoveryAlert(script.name, failing, delivery.now()),
    });
  }
  return withFailures(state, memory);
}
