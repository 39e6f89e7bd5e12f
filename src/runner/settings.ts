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

/** What the runner is told from outside. Each is a line of `docs/notifications.md`. */
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
}

function folder(environment: Environment, name: string, home: string, fallback: string): string {
  const given = settingOf(environment, name);
  if (given === undefined) return join(home, fallback);
  // Neither cron nor systemd expands this.
  const path = given === '~' || given.startsWith('~/') ? join(home, given.slice(1)) : given;
  if (!path.startsWith('/')) throw new Problem('bad_setting', `${name}: ${given} is not an absolute path.`);
  return resolve(path);
}

/** Reads every setting of the runner. @throws Problem `bad_setting`, naming the first that is wrong */
export function readRunnerSettings(environment: Environment, home: string): RunnerSettings {
  return {
    home,
    scriptsDir: folder(environment, 'NOTIFY_SCRIPTS_DIR', home, 'user/notifications'),
    stateDir: folder(environment, 'NOTIFY_STATE_DIR', home, '.notifications'),
    socketPath: socketSetting(environment),
    webSocketPath: webSocketSetting(environment),
    logLevel: logLevelSetting(environment),
  };
}
