/**
 * Runs commands as another user. The actor itself has no privilege to do that: it asks systemd for a unit that runs as
 * the user, with all their groups, a control group of its own, and PAM's rules for cron.
 */
import type { ActorAccount } from './account.ts';

/** A program, its arguments, and its complete environment. */
export interface UnitCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Turns a program and its arguments into the command that runs them as a user, in their home.
 *
 * @param run of a script, which may go on after the caller has gone; `undefined` for a question
 */
export type Become = (account: ActorAccount, words: readonly string[], run?: RunUnit) => UnitCommand;

/** The unit of a run. */
export interface RunUnit {
  readonly name: string;
  /** Variables that the runner gets beside its usual ones. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `PATH` of users' programs: cron's two folders and `/usr/local/bin`. */
export const USER_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Variables that systemd sets and cron doesn't. */
const SYSTEMD_VARIABLES = 'INVOCATION_ID SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE';

/** systemd expands variables in a command's arguments; `$$` stands for a dollar sign, systemd.service(5). */
const escapeDollars = (word: string) => word.replaceAll('$', '$$$$');

/**
 * Runs commands in a transient systemd unit, systemd-run(1).
 *
 * @param options.unit the actor's own unit: everything it started ends with it
 * @param options.socketPath the socket that receives the user's notifications
 */
export function throughSystemd(options: { readonly unit: string; readonly socketPath: string }): Become {
  const { unit, socketPath } = options;
  const properties = [
    'WorkingDirectory=~',
    // Expired accounts, limits and the locale are handled as for a crontab.
    'PAMName=cron',
    'Slice=system-notify.slice',
    `BindsTo=${unit}`,
    `After=${unit}`,
    'KillMode=control-group',
    'TimeoutStopSec=5s',
    `UnsetEnvironment=${SYSTEMD_VARIABLES}`,
  ];
  const settings = ['--quiet', '--collect', '--wait', '--pipe', '--service-type=exec'];
  return ({ name }, words, run) => ({
    file: '/usr/bin/systemd-run',
    args: [
      ...settings,
      ...(run === undefined ? [] : [`--unit=${run.name}`]),
      `--uid=${name}`,
      `--description=Notification scripts of ${name}, asked for in Telegram`,
      ...properties.map((property) => `--property=${property}`),
      `--setenv=PATH=${USER_PATH}`,
      `--setenv=NOTIFY_SOCKET=${socketPath}`,
      ...Object.entries(run?.environment ?? {}).map(([variable, value]) => `--setenv=${variable}=${value}`),
      '--',
      ...words.map(escapeDollars),
    ],
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  });
}
