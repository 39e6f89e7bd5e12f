import type { AlertState } from '../../../../core/alerts/alert.ts';
import { alertName, alertsText, OPEN_STATES, readAlerts } from '../../../../shared/api/alerts/alert-list.ts';
import { cell } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';

interface ListOptions {
  /** Open alerts unless given. */
  readonly state?: AlertState;
  readonly json?: boolean;
  /** Print names and fingerprints alone, one a line, for the completion of shells. */
  readonly names?: boolean;
}

/** `notify-runner alerts`: the alerts that the caller may see. @throws Problem with the bot's sentence */
export function alerts(
  io: RunnerIo,
  { socketPath }: RunnerSettings,
  { state, json, names }: ListOptions,
): Promise<number> {
  return withBot(socketPath, async (client) => {
    const found = await readAlerts(client, state === undefined ? OPEN_STATES : [state]);
    if (names) {
      const words = found.alerts.flatMap((alert) => [alertName(alert), alert.fingerprint]);
      io.out([...new Set(words)].map((word) => `${cell(word)}\n`).join(''));
    } else io.out(json ? `${JSON.stringify(found.alerts, null, 2)}\n` : alertsText(found, state, Date.now()));
    return DONE;
  });
}
