/**
 * Becoming a user. The actor holds no privilege that could: it asks systemd for a unit that runs as the user, with
 * all groups of theirs, a control group of its own, and PAM's rules for cron.
 */
import type { ActorAccount } from './account.ts';

/** A program, its arguments, and the whole of its environment. */
export interface UnitCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Turns a program and its arguments into what runs them as a user, in their home. */
export type Become = (account: ActorAccount, words: readonly string[]) => UnitCommand;

/** Where a person's programs are, beside cron's own two. */
export const USER_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What systemd adds that cron doesn't. */
const STRANGE_VARIABLES = 'INVOCATION_ID SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE';

/** systemd puts variables' values into a command's words; `$$` stands for a dollar, systemd.service(5). */
const literally = (word: string) => word.replaceAll('$', '$$$$');

/**
 * Runs commands in a unit of systemd's, systemd-run(1).
 *
 * @param options.unit the actor's own unit: with its end, everything it began ends
 * @param options.socketPath where the user's notifications go
 */
export function throughSystemd(options: { readonly unit: string; readonly socketPath: string }): Become {
  const { unit, socketPath } = options;
  const properties = [
    'WorkingDirectory=~',
    // Accounts that expired, limits and the locale count as they do for a crontab.
    'PAMName=cron',
    'Slice=system-notify.slice',
    `BindsTo=${unit}`,
    `After=${unit}`,
    'KillMode=control-group',
    'TimeoutStopSec=5s',
    `UnsetEnvironment=${STRANGE_VARIABLES}`,
  ];
  const settings = ['--quiet', '--collect', '--wait', '--pipe', '--service-type=exec'];
  return ({ name }, words) => ({
    file: '/usr/bin/systemd-run',
    args: [
      ...settings,
      `--uid=${name}`,
      `--description=Notification scripts of ${name}, asked for in Telegram`,
      ...properties.map((property) => `--property=${property}`),
      `--setenv=PATH=${USER_PATH}`,
      `--setenv=NOTIFY_SOCKET=${socketPath}`,
      '--',
      ...words.map(literally),
    ],
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  });
}
