import { alertName, OPEN_STATES, otherLabels, readAlerts, timeLeft } from '../../../../shared/api/alerts/alert-list.ts';
import type { AlertAnswer } from '../../../../shared/api/alerts/answers.ts';
import type { ApiClient } from '../../../../shared/api/client.ts';
import { cell } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { findAlert, isFingerprint } from './find-alert.ts';

/** Options of the commands that change an alert. */
export interface ChangeOptions {
  /** How long, such as `4h`. */
  readonly for?: string;
  readonly comment?: string;
  readonly json?: boolean;
}

/** What a command does. */
type Change = (
  client: ApiClient,
  fingerprint: string,
  of: { readonly owner?: string },
  options: ChangeOptions,
) => Promise<AlertAnswer>;

/** The commands, and what they do. */
const CHANGES = {
  ack: (client, fingerprint, of, { for: lasts, comment }) =>
    client.acknowledge(fingerprint, {
      ...of,
      ...(lasts !== undefined && { for: lasts }),
      ...(comment !== undefined && { comment }),
    }),
  unack: (client, fingerprint, of) => client.unacknowledge(fingerprint, of),
  resolve: (client, fingerprint, of) => client.resolveAlert(fingerprint, of),
  silence: (client, fingerprint, of, { for: lasts = '' }) => client.silenceAlert(fingerprint, { ...of, for: lasts }),
} as const satisfies Readonly<Record<string, Change>>;

export type ChangeName = keyof typeof CHANGES;

/** What was done, for a person. */
function doneText(kind: ChangeName, alert: AlertAnswer, now: number): string {
  const { acknowledgement, silence, state } = alert;
  const labels = otherLabels(alert);
  const what = `${cell(alertName(alert))}${labels === '' ? '' : ` (${cell(labels, 200)})`}`;
  if (kind === 'ack')
    return `${what} is acknowledged${acknowledgement ? ` for ${timeLeft(acknowledgement.until, now)}` : ''}.`;
  if (kind === 'silence')
    return silence ? `${what} is silenced for ${timeLeft(silence.until, now)}.` : `${what} is not silenced.`;
  return kind === 'resolve' ? `${what} is resolved.` : `${what} is ${state}.`;
}

/**
 * `notify-runner ack`, `unack`, `resolve`, `silence`.
 *
 * @param named the alert: its fingerprint or the first digits of it, or its name
 * @throws Problem `unknown_alert`, `bad_name`, or with the bot's sentence
 */
export function changeAlert(
  io: RunnerIo,
  { socketPath }: RunnerSettings,
  kind: ChangeName,
  named: string,
  options: ChangeOptions,
): Promise<number> {
  return withBot(socketPath, async (client) => {
    const change: Change = CHANGES[kind];
    const isWhole = isFingerprint(named);
    const found = isWhole ? undefined : findAlert((await readAlerts(client, OPEN_STATES)).alerts, named);
    const alert = await change(client, found?.fingerprint ?? named, found ? { owner: found.owner } : {}, options);
    io.out(options.json ? `${JSON.stringify(alert)}\n` : `${doneText(kind, alert, Date.now())}\n`);
    return DONE;
  });
}
