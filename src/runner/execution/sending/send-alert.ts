/** Posts an alert of a script. The bot groups and repeats alerts, so they have no cooldown. */
import type { ScriptAlert } from '../../../shared/api/alerts/script-alert.ts';
import { MAX_ALERT_BYTES, MAX_ANNOTATION_VALUE } from '../../../shared/api/limits.ts';
import type { ScriptOutput } from '../../../shared/api/script-output.ts';
import { deliver } from '../../delivery/deliver.ts';
import type { AlertContent, NotificationContent } from '../../notification.ts';
import type { RunEnd } from '../../outcomes.ts';
import type { ScriptState } from '../../state/script-state.ts';
import { alertFailure } from '../failure-alerts.ts';
import type { PreparedScript } from '../prepare-script.ts';
import type { RunContext } from '../run-context.ts';
import { endOfSubmit } from './submit-end.ts';

type AlertOutput = ScriptOutput & { readonly alert: ScriptAlert };

/** Bytes of an alert that its times and the marks of JSON take. */
const SPARE_BYTES = 1024;

/** Cuts a text, never inside a character. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const asTexts = (facts: object): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));

/**
 * An alert of a script. Its identity is the script, its key and its labels; severity and texts may change while it fires.
 *
 * @param name the script's, without its ending
 * @param now Unix time in ms
 */
export function alertContentOf(output: AlertOutput, name: string, now: number): AlertContent {
  const { alert, title, message, severity, labels = {}, key = '' } = output;
  const own = { alertname: name, ...asTexts(labels), key };
  const facts = {
    ...(title !== undefined && { title }),
    ...(severity !== undefined && { severity }),
    ...asTexts(alert.annotations ?? {}),
  };
  // What is left to the message, each of whose characters may take three bytes.
  const left = MAX_ALERT_BYTES - SPARE_BYTES - Buffer.byteLength(JSON.stringify([own, facts]));
  const most = Math.min(MAX_ANNOTATION_VALUE, Math.max(0, Math.floor(left / 3)));
  const description = message === undefined || most === 0 ? undefined : cut(message, most);
  const time = new Date(now).toISOString();
  return {
    labels: own,
    annotations: { ...(description !== undefined && { description }), ...facts },
    ...(alert.state === 'firing' ? { startsAt: time } : { endsAt: time }),
  };
}

/**
 * Posts an alert, or stores it for the next run.
 *
 * @param number its place among what the run printed, from 0
 * @param state of the script as it is now
 */
export async function sendAlert(
  { script, header, scheduledAt: planned }: PreparedScript,
  context: RunContext,
  { output, number }: { readonly output: AlertOutput; readonly number: number },
  state: ScriptState,
): Promise<{ readonly end: RunEnd; readonly state: ScriptState }> {
  const { delivery, force } = context;
  const scheduledAt = force ? undefined : planned;
  const { to = header.to, title, message } = output;
  const content: NotificationContent = {
    ...(to && { to }),
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    alert: alertContentOf(output, script.stateName, delivery.now()),
    attachments: [],
  };
  let next = state;
  const result = await deliver(delivery, { source: script.name, content, number, scheduledAt }, async (final) => {
    if (final.kind === 'refused') {
      next = await alertFailure(script, context, { code: 'refused', failure: final.failure }, '', state);
    }
  });
  return { end: endOfSubmit(result), state: next };
}
