import type { PersonSettingName } from '../../../../core/people/settings.ts';
import type { SettingsAnswer } from '../../../../shared/api/people/settings.ts';
import { cell } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';

interface Options {
  readonly json?: boolean;
}

/** A moment in the person's zone: `Fri 07:00`. */
function shownMoment(iso: string, zone: string): string {
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(iso)).replace(',', '');
}

function settingsText(answer: SettingsAnswer): string {
  const { zone, held, quiet_until: until, summary_at: at } = answer;
  const lines = [
    ['timezone', answer.timezone ?? `not set; the server’s is ${zone}`],
    ['quiet', answer.quiet ?? 'off'],
    ['digest', answer.digest ?? 'off'],
  ].map(([name = '', value = '']) => `${name.padEnd(10)}${cell(value, 300)}\n`);
  if (until !== null) lines.push(`Quiet until ${shownMoment(until, zone)}.\n`);
  const when = at === null || Date.parse(at) <= Date.now() ? 'now' : `at ${shownMoment(at, zone)}`;
  if (held > 0) lines.push(`${held} held back; the summary comes ${when}.\n`);
  return lines.join('');
}

/**
 * `notify-runner settings`: shows the settings, or one of them, or changes it.
 *
 * @param value the words of the new value; none to show it
 * @throws Problem with the bot's sentence
 */
export function settings(
  io: RunnerIo,
  { socketPath }: RunnerSettings,
  name: PersonSettingName | undefined,
  value: readonly string[],
  { json }: Options,
): Promise<number> {
  return withBot(socketPath, async (client) => {
    const isChange = name !== undefined && value.length > 0;
    const answer = isChange ? await client.changeSettings({ [name]: value.join(' ') }) : await client.settings();
    if (json) io.out(`${JSON.stringify(answer)}\n`);
    else if (name !== undefined && !isChange) io.out(`${cell(answer[name] ?? 'off', 300)}\n`);
    else io.out(settingsText(answer));
    return DONE;
  });
}
