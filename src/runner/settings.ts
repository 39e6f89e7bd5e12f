import { join, resolve } from 'node:path';
import { Problem } from '../core/problem.ts';
import type { LogLevel } from '../shared/process/log-level.ts';
import {
  type Environment,
  logLevelSetting,
  settingOf,
  socketSetting,
  webSocketSetting,
} from '../shared/process/settings.ts';
import { parseDuration } from '../shared/text/duration.ts';
import { refuseForeignHome } from './own-home.ts';

/** Whether several hosts share the home; `auto`: where its file system is one of a network. */
export type SharedHome = 'auto' | 'yes' | 'no';

/** The runner's settings, documented in `docs/notifications.md`. */
export interface RunnerSettings {
  readonly home: string;
  /** `NOTIFY_SCRIPTS_DIR`, `~/user/notifications` */
  readonly scriptsDir: string;
  /** `NOTIFY_STATE_DIR`, `~/.notifications` */
  readonly stateDir: string;
  /** `NOTIFY_SOCKET` */
  readonly socketPath: string;
  /** `NOTIFY_WEB_SOCKET`: the dashboard's */
  readonly webSocketPath: string;
  /** `NOTIFY_LOG_LEVEL` */
  readonly logLevel: LogLevel;
  /** `TZ` as tzset(3) takes it: the zone of schedules whose header names none; the system's where it is not set. */
  readonly tz: string | undefined;
  /** `NOTIFY_SHARED_HOME` */
  readonly sharedHome: SharedHome;
  /**
   * `NOTIFY_EVERY`: how often a run from cron starts the scripts without a schedule, ms, as {@link roundStart} says. Not
   * set, each such run starts them, as lines that run every five minutes rely on.
   */
  readonly every: number | undefined;
}

function folder(environment: Environment, name: string, home: string, fallback: string): string {
  const given = settingOf(environment, name);
  if (given === undefined) return join(home, fallback);
  // Neither cron nor systemd expands the tilde.
  const path = given === '~' || given.startsWith('~/') ? join(home, given.slice(1)) : given;
  if (!path.startsWith('/')) throw new Problem('bad_setting', `${name}: ${given} is not an absolute path.`);
  return resolve(path);
}

const scriptsDirSetting = (environment: Environment, home: string) =>
  folder(environment, 'NOTIFY_SCRIPTS_DIR', home, 'user/notifications');
const stateDirSetting = (environment: Environment, home: string) =>
  folder(environment, 'NOTIFY_STATE_DIR', home, '.notifications');

function sharedHomeSetting(environment: Environment): SharedHome {
  const text = settingOf(environment, 'NOTIFY_SHARED_HOME') ?? 'auto';
  if (text === 'auto' || text === 'yes' || text === 'no') return text;
  throw new Problem('bad_setting', `NOTIFY_SHARED_HOME: expected auto, yes or no, found "${text}".`);
}

/** Cron starts nothing more often than once a minute, and a runner that starts less often than daily is taken for stopped. */
const EVERY_MS = { min: 60_000, max: 24 * 3_600_000 };

function everySetting(environment: Environment): number | undefined {
  const text = settingOf(environment, 'NOTIFY_EVERY');
  if (text === undefined) return undefined;
  const every = parseDuration(text, 'NOTIFY_EVERY');
  if (every >= EVERY_MS.min && every <= EVERY_MS.max) return every;
  throw new Problem('bad_setting', `NOTIFY_EVERY: expected a duration from 1m to 1d, found "${text}".`);
}

/** What the settings are read from: a part of a process. */
export interface SettingsSource {
  readonly environment: Environment;
  readonly home: string;
  readonly uid: number;
}

/** Reads every setting of the runner. @throws Problem `foreign_home`; `bad_setting` on the first that is wrong */
export function readRunnerSettings({ environment, home, uid }: SettingsSource): RunnerSettings {
  refuseForeignHome(home, uid);
  return {
    home,
    scriptsDir: scriptsDirSetting(environment, home),
    stateDir: stateDirSetting(environment, home),
    socketPath: socketSetting(environment),
    webSocketPath: webSocketSetting(environment),
    logLevel: logLevelSetting(environment),
    tz: environment.TZ,
    sharedHome: sharedHomeSetting(environment),
    every: everySetting(environment),
  };
}

/**
 * The names of the settings with which another environment would run other scripts, use another state or another bot, or
 * not run at all because their values are wrong.
 */
export function differingSettings(
  environment: Environment,
  { home, scriptsDir, stateDir, socketPath }: RunnerSettings,
): readonly string[] {
  const checks: readonly (readonly [name: string, isSame: () => boolean])[] = [
    ['NOTIFY_SCRIPTS_DIR', () => scriptsDirSetting(environment, home) === scriptsDir],
    ['NOTIFY_STATE_DIR', () => stateDirSetting(environment, home) === stateDir],
    ['NOTIFY_SOCKET', () => socketSetting(environment) === socketPath],
    ['NOTIFY_WEB_SOCKET', () => webSocketSetting(environment) !== ''],
    ['NOTIFY_LOG_LEVEL', () => logLevelSetting(environment) !== undefined],
  ];
  const differs = (isSame: () => boolean) => {
    try {
      return !isSame();
    } catch {
      return true;
    }
  };
  return checks.flatMap(([name, isSame]) => (differs(isSame) ? [name] : []));
}
