import { deliver } from './delivery.ts';
import type { Script } from './discover.ts';
import { judgeFailing } from './failing.ts';
import type { JobContext } from './job-context.ts';
import { failureNotice, recoveryNotice } from './notices.ts';
import type { ScriptState } from './state.ts';

/**
 * Tells a script's owner that it fails, unless they were told lately or don't want to hear.
 *
 * @returns the state to remember
 */
export async function tellFailure(
  script: Script,
  context: JobContext,
  failure: string,
  stderr: string,
  state: ScriptState,
): Promise<ScriptState> {
  const { config, outlet } = context;
  const outcome = { failed: true, telling: config.tellFailures, quiet: config.failureQuiet };
  const { tell, next } = judgeFailing(state, outcome, outlet.now());
  const { failing, failureTold, ...others } = state;
  if (tell === undefined) return { ...others, ...next };
  const content = failureNotice(script.name, failure, stderr, config.failureQuiet);
  const told = await deliver(outlet, { source: script.name, content, window: config.failureQuiet });
  if (told.stored || told.kind === 'accepted') return { ...others, ...next };
  const since = failing?.since ?? outlet.now() / 1000;
  return { ...others, failing: failing ?? { since }, ...(failureTold !== undefined && { failureTold }) };
}

/** Tells that a script works again, if its failure had been told. @returns the state to remember */
export async function tellRecovery(
  script: Script,
  { config, outlet }: JobContext,
  state: ScriptState,
): Promise<ScriptState> {
  const { failing, failureTold, ...others } = state;
  if (failing === undefined && failureTold === undefined) return state;
  const outcome = { failed: false, telling: config.tellFailures, quiet: config.failureQuiet };
  const { tell, next } = judgeFailing(state, outcome, outlet.now());
  if (tell === 'recovery' && failing !== undefined) {
    await deliver(outlet, { source: script.name, content: recoveryNotice(script.name, failing.since, outlet.now()) });
  }
  return { ...others, ...next };
}
