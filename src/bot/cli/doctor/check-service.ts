/** The running service, by its socket, and what its health says. */
import { Problem, sentenceOf } from '../../../core/problem.ts';
import { createApiClient } from '../../../shared/api/client.ts';
import { botTodo, type Units } from './check-units.ts';
import { bad, type Finding, good, unchecked } from './finding.ts';

const TIMEOUT_MS = 10_000;

/** What helps with a reason of health, by what it concerns. */
const TODO: Readonly<Record<string, string>> = {
  telegram: 'journalctl -u notify-bot -n 20 shows since when',
  data: 'df -h and ls -ld of that folder show its disk and its owner',
  accounts: 'getent passwd NAME and getent group NAME show what the host answers',
  rules: 'notify-bot alerts check names every mistake, and who and what is missing; then systemctl reload notify-bot',
  files: 'Repair that file by hand; nothing overwrites it',
  queue: 'notify-bot queue lists what waits',
};

/** Answers that show only that this account may not ask. */
const NOT_MINE = ['no_permission', 'not_in_group', 'no_account'];

/** Whether the service answers, and a finding for each reason of its health. */
export async function checkService(socketPath: string, uid: number, units: Units): Promise<readonly Finding[]> {
  const client = createApiClient({ socketPath, timeoutMs: TIMEOUT_MS });
  try {
    const { status, reasons = [], problems } = await client.health();
    if (status === 'ok') return [good('socket', `${socketPath} answers; the service is well`)];
    const known = problems ?? reasons.map((reason) => ({ area: 'service', reason }));
    return [
      good('socket', `${socketPath} answers`),
      ...known.map(({ area, reason }) => bad(area, reason, TODO[area] ?? 'See journalctl -u notify-bot')),
    ];
  } catch (error) {
    if (uid !== 0 && error instanceof Problem && NOT_MINE.includes(error.code))
      return [unchecked('socket', sentenceOf(error))];
    return [bad('socket', sentenceOf(error), botTodo(units))];
  } finally {
    await client.close();
  }
}
