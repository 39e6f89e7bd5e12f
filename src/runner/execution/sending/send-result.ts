/** Sends a script's notification, unless its cooldown lasts. */
import { basename, resolve } from 'node:path';
import type { ScriptOutput } from '../../../shared/api/script-output.ts';
import { momentOf } from '../../../shared/api/send-at.ts';
import { deliver } from '../../delivery/deliver.ts';
import type { NotificationContent, NotificationFile } from '../../notification.ts';
import type { RunEnd } from '../../outcomes.ts';
import { cooldownLeft, defaultCooldown } from '../../policy/cooldown.ts';
import type { Header } from '../../scripts/header.ts';
import { lastSentOf, type ScriptState, withSend } from '../../state/script-state.ts';
import { alertFailure } from '../failure-alerts.ts';
import type { PreparedScript } from '../prepare-script.ts';
import type { RunContext } from '../run-context.ts';
import { saveState } from '../save-state.ts';
import { endOfSubmit } from './submit-end.ts';

/** How sending ended. */
export interface SendDecision {
  readonly end: RunEnd;
  /** To be remembered. */
  readonly state: ScriptState;
  /** Whether that state is on disk. */
  readonly isSaved: boolean;
  /** The cooldown in force, ms. */
  readonly cooldown: number;
}

/** A path of the output: absolute, or relative to the home; `~/` is the home, as in a shell. */
const fromHome = (home: string, path: string): string => resolve(home, path.replace(/^~\//, ''));

const attachmentsOf = ({ images, file }: ScriptOutput, home: string): readonly NotificationFile[] => [
  ...images.map((path) => ({ as: 'photo' as const, path: fromHome(home, path), name: basename(path) })),
  ...(file === undefined ? [] : [{ as: 'document' as const, path: fromHome(home, file), name: basename(file) }]),
];

/** @param usualTo where it goes unless it says so itself @param now Unix time in ms */
function contentOf(output: ScriptOutput, home: string, usualTo: Header['to'], now: number): NotificationContent {
  const {
    to = usualTo,
    title,
    message,
    severity,
    silent,
    link_preview,
    buttons,
    key,
    replace,
    data,
    labels,
    at,
  } = output;
  return {
    ...(to && { to }),
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    ...(severity && { severity }),
    ...(silent !== undefined && { silent }),
    ...(link_preview !== undefined && { link_preview }),
    ...(buttons && { buttons }),
    ...(data && { data }),
    ...(key !== undefined && { key }),
    ...(replace === true && { replace }),
    ...(labels && { labels }),
    ...(at !== undefined && { at: new Date(momentOf(at, now)).toISOString() }),
    attachments: attachmentsOf(output, home),
  };
}

/** Milliseconds of the cooldown that are left, counting the notifications that still wait as sent. */
function waitFor(
  { script, calendar }: PreparedScript,
  context: RunContext,
  state: ScriptState,
  key: string | undefined,
  cooldown: number,
) {
  if (context.force) return 0;
  const sent = lastSentOf(state, key);
  const waiting = context.waiting.filter(({ source, holdsCooldown }) => source === script.name && holdsCooldown(key));
  const sends = [...(sent === undefined ? [] : [sent]), ...waiting.map(({ moment }) => moment)];
  return cooldownLeft(sends, cooldown, context.delivery.now(), calendar);
}

/** A notification of a run whose `notify` is true. */
export interface NumberedOutput {
  readonly output: ScriptOutput;
  /** Its place among the notifications of the run, from 0. */
  readonly number: number;
  /** The run's scheduled moment, or its start, Unix time in ms: the cooldown counts from it. */
  readonly moment: number;
}

/**
 * Sends a notification, unless the cooldown of its key lasts.
 *
 * @param states of before the run, whose sends hold it back, and as it is now: those of one run don't hold one another
 *   back
 */
export async function sendResult(
  prepared: PreparedScript,
  context: RunContext,
  { output, number, moment }: NumberedOutput,
  { before, state }: { readonly before: ScriptState; readonly state: ScriptState },
): Promise<SendDecision> {
  const { script, header } = prepared;
  const { delivery, execution } = context;
  const { key } = output;
  const cooldown = output.cooldown ?? defaultCooldown(header);
  const left = waitFor(prepared, context, before, key, cooldown);
  if (left > 0) return { end: { outcome: 'cooldown', left }, state, isSaved: false, cooldown };

  const draft = {
    source: script.name,
    content: contentOf(output, execution.home, header.to, delivery.now()),
    cooldown: { stateName: script.stateName, ...(key !== undefined && { key }), moment },
    window: cooldown,
    number,
    isForgotten: state.unreadable,
    scheduledAt: context.force ? undefined : prepared.scheduledAt,
  };
  let next = state;
  const result = await deliver(delivery, draft, async (final) => {
    if (final.kind === 'accepted') {
      next = withSend(state, key, moment);
      await saveState(script, delivery, next);
    } else {
      next = await alertFailure(script, context, { code: 'refused', failure: final.failure }, '', state);
    }
  });
  return { end: endOfSubmit(result), state: next, isSaved: result.kind === 'accepted', cooldown };
}
