import type { AlertState } from '../../../core/alerts/alert.ts';
import { alertsText, OPEN_STATES, readAlerts } from '../../../shared/api/alerts/alert-list.ts';
import { type BotIo, DONE } from '../io.ts';
import { withService } from '../with-service.ts';

/** `notify-bot alerts list`: asks the service, which alone knows what fires. @throws Problem with its sentence */
export function listAlerts(
  io: BotIo,
  { state, json }: { readonly state?: AlertState; readonly json?: boolean },
): Promise<number> {
  return withService(io, async (client) => {
    const found = await readAlerts(client, state === undefined ? OPEN_STATES : [state]);
    io.out(json ? `${JSON.stringify(found.alerts, null, 2)}\n` : alertsText(found, state, Date.now()));
    return DONE;
  });
}
