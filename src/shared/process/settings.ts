import { Problem } from '../../core/problem.ts';
import { LOG_LEVELS, type LogLevel } from './log-level.ts';

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The service's socket unless `NOTIFY_SOCKET` is set. */
export const DEFAULT_SOCKET = '/run/notify-bot/bot.sock';

/** A setting's value; an empty one counts as unset, as in a systemd `EnvironmentFile`. */
export function settingOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

/** Notification sockets of systemd's system and user managers; sd_notify(3). */
const MANAGER_SOCKET = /^(@.*|\/run\/(user\/\d+\/)?systemd\/notify)$/;

/**
 * systemd's notification socket, if there is one. systemd's own variable is also called `NOTIFY_SOCKET`: a value that
 * is systemd's is never taken for this project's setting; `NOTIFY_SERVICE_MANAGER` names it if both are needed.
 */
export function managerSetting(environment: Environment): string | undefined {
  const explicit = settingOf(environment, 'NOTIFY_SERVICE_MANAGER');
  const shared = settingOf(environment, 'NOTIFY_SOCKET');
  return explicit ?? (shared !== undefined && MANAGER_SOCKET.test(shared) ? shared : undefined);
}

/** Checks a socket's path: absolute, at most 106 bytes (`unix(7)`). @throws Problem `bad_setting` */
function socketPath(name: string, path: string): string {
  if (!path.startsWith('/')) throw new Problem('bad_setting', `${name}: ${path} is not an absolute path.`);
  if (Buffer.byteLength(path) > 106) {
    throw new Problem('bad_setting', `${name}: ${path} is longer than the 106 bytes a socket's path may have.`);
  }
  return path;
}

/** `NOTIFY_SOCKET`. @throws Problem `bad_setting` */
export function socketSetting(environment: Environment): string {
  const given = settingOf(environment, 'NOTIFY_SOCKET');
  return socketPath('NOTIFY_SOCKET', given === undefined || MANAGER_SOCKET.test(given) ? DEFAULT_SOCKET : given);
}

/** The dashboard's socket for one-time addresses unless `NOTIFY_WEB_SOCKET` is set. */
export const DEFAULT_WEB_SOCKET = '/run/notify-web/web.sock';

/** `NOTIFY_WEB_SOCKET`: the dashboard's socket for one-time addresses. @throws Problem `bad_setting` */
export function webSocketSetting(environment: Environment): string {
  return socketPath('NOTIFY_WEB_SOCKET', settingOf(environment, 'NOTIFY_WEB_SOCKET') ?? DEFAULT_WEB_SOCKET);
}

/** `NOTIFY_LOG_LEVEL`, `info` by default. @throws Problem `bad_setting` */
export function logLevelSetting(environment: Environment): LogLevel {
  const text = settingOf(environment, 'NOTIFY_LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((known) => known === text.toLowerCase());
  if (level === undefined) {
    throw new Problem('bad_setting', `NOTIFY_LOG_LEVEL: expected one of ${LOG_LEVELS.join(', ')}, found "${text}".`);
  }
  return level;
}

/** `yes` or `no`, `no` by default. @throws Problem `bad_setting` */
export function yesOrNoSetting(environment: Environment, name: string): boolean {
  const text = settingOf(environment, name) ?? 'no';
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new Problem('bad_setting', `${name}: expected yes or no, found "${text}".`);
}

/** A whole number within bounds. @throws Problem `bad_setting` */
export function numberSetting(
  environment: Environment,
  name: string,
  range: { fallback: number; least: number; most: number },
): number {
  const text = settingOf(environment, name);
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < range.least || value > range.most) {
    throw new Problem(
      'bad_setting',
      `${name}: expected a whole number from ${range.least} to ${range.most}, found "${text}".`,
    );
  }
  return value;
}
