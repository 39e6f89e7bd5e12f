import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../core/problem.ts';
import type { LogLevel } from '../shared/process/log.ts';
import {
  type Environment,
  logLevelSetting,
  numberSetting,
  settingOf,
  socketSetting,
  yesOrNoSetting,
} from '../shared/process/settings.ts';
import { parseDuration } from '../shared/text/duration.ts';
import type { TelegramAddress } from './telegram/address.ts';
import { readTelegramAddress } from './telegram-settings.ts';

/** The settings of the service, from its environment. Each is described in `docs/settings.md`. */
export interface BotSettings {
  /** `TELEGRAM_BOT_TOKEN`, or the systemd credential `telegram-bot-token`. A secret. */
  readonly token: string;
  /** `TELEGRAM_API_ROOT`, `TELEGRAM_PROXY` and the usual variables of proxies. */
  readonly telegram: TelegramAddress;
  /** `NOTIFY_DATA_DIR` */
  readonly dataDir: string;
  /** systemd's `STATE_DIRECTORY`, systemd.exec(5): where the host remembers which data folder is in use. */
  readonly stateDir?: string;
  /** `NOTIFY_SOCKET` */
  readonly socketPath: string;
  /** `NOTIFY_ACTOR_SOCKET`: the socket of `notify-actor`, which runs people's scripts; it may be missing. */
  readonly actorSocket: string;
  /** `NOTIFY_GROUP`: only members of this group may connect. */
  readonly group?: string;
  /** `NOTIFY_TRUSTED_USERS`, separated by commas or spaces: they may act for anyone. */
  readonly trustedUsers: readonly string[];
  /** `NOTIFY_LOG_LEVEL` */
  readonly logLevel: LogLevel;
  /** `NOTIFY_OUTBOX_MAX`: messages that may wait, 10,000. */
  readonly outboxMax: number;
  /** `NOTIFY_UNCONFIRMED_RETRY`: milliseconds before each further try of a message whose answer was lost, 2 and 5 minutes. */
  readonly unconfirmedWaits: readonly number[];
  /** `NOTIFY_RATE_PER_MINUTE`: requests a minute from one caller, 1,200; trusted callers are not limited. */
  readonly ratePerMinute: number;
  /** `NOTIFY_ALERTS_FILE`: the rules of alerts; it may be missing. */
  readonly alertsFile: string;
  /** `NOTIFY_SHOW_HOST`: tells chats that are not linked this host's name as well. */
  readonly showHost: boolean;
}

/** The name under which systemd hands over the token (`LoadCredential=`). */
const CREDENTIAL = 'telegram-bot-token';
/** The characters that a URL allows in a token's place; only Telegram knows whether the token is valid. */
const TOKEN_SHAPE = /^[A-Za-z0-9:_-]+$/;

function tokenFrom(environment: Environment): string {
  const given = settingOf(environment, 'TELEGRAM_BOT_TOKEN') ?? credential(environment);
  if (given === undefined) {
    throw new Problem(
      'no_token',
      'TELEGRAM_BOT_TOKEN is not set: put the token that @BotFather gave you into /etc/notify-bot/telegram-bot-token, which systemd hands over, or try `notify-bot demo`, which needs none.',
    );
  }
  // The message does not quote the value: it is a secret, even when mistyped.
  if (!TOKEN_SHAPE.test(given)) {
    throw new Problem('bad_token', 'TELEGRAM_BOT_TOKEN is not a token such as 123456789:AAF… from @BotFather.');
  }
  return given;
}

function credential(environment: Environment): string | undefined {
  const directory = settingOf(environment, 'CREDENTIALS_DIRECTORY');
  if (directory === undefined) return undefined;
  const path = join(directory, CREDENTIAL);
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new Problem('bad_setting', `The credential ${path} could not be read (${errnoOf(error)}).`, { cause: error });
  }
}

/** `NOTIFY_ACTOR_SOCKET`, an absolute path of at most 106 bytes (`unix(7)`). */
function actorSocketFrom(environment: Environment): string {
  const path = settingOf(environment, 'NOTIFY_ACTOR_SOCKET') ?? '/run/notify-actor/actor.sock';
  if (path.startsWith('/') && Buffer.byteLength(path) <= 106) return path;
  throw new Problem('bad_setting', `NOTIFY_ACTOR_SOCKET: ${path} is not an absolute path of at most 106 bytes.`);
}

/** `NOTIFY_ALERTS_FILE`: the rules of alerts, an absolute path. @throws Problem `bad_setting` */
export function alertsFileFrom(environment: Environment): string {
  const path = settingOf(environment, 'NOTIFY_ALERTS_FILE') ?? '/etc/notify-bot/alerts.yaml';
  if (path.startsWith('/')) return path;
  throw new Problem('bad_setting', `NOTIFY_ALERTS_FILE: ${path} is not an absolute path.`);
}

/** Further tries of a message that may have arrived; each may be a copy for its reader. */
const MOST_RETRIES = 10;

/** `NOTIFY_UNCONFIRMED_RETRY`: durations such as `2m 5m`, or `none`. */
function unconfirmedWaitsFrom(environment: Environment): readonly number[] {
  const text = settingOf(environment, 'NOTIFY_UNCONFIRMED_RETRY') ?? '2m 5m';
  if (text === 'none') return [];
  const words = text.split(/[\s,]+/);
  if (words.length > MOST_RETRIES) {
    throw new Problem('bad_setting', `NOTIFY_UNCONFIRMED_RETRY: expected at most ${MOST_RETRIES} durations: ${text}.`);
  }
  try {
    return words.map((word) => parseDuration(word, 'NOTIFY_UNCONFIRMED_RETRY'));
  } catch (error) {
    throw new Problem('bad_setting', sentenceOf(error), { cause: error });
  }
}

/** The folder with the service's files. @throws Problem `bad_setting` */
export function dataDirFrom(environment: Environment): string {
  const dataDir = settingOf(environment, 'NOTIFY_DATA_DIR') ?? '/data/notifications';
  if (!dataDir.startsWith('/'))
    throw new Problem('bad_setting', `NOTIFY_DATA_DIR: ${dataDir} is not an absolute path.`);
  return dataDir.length > 1 ? dataDir.replace(/(?<!\/)\/+$/, '') : dataDir;
}

/** The first of systemd's state folders; `undefined` for a service that systemd did not start. */
export function stateDirFrom(environment: Environment): string | undefined {
  return settingOf(environment, 'STATE_DIRECTORY')?.split(':')[0];
}

/** Reads every setting of the service. @throws Problem `no_token`, `bad_setting` that names the first wrong one */
export function readBotSettings(environment: Environment): BotSettings {
  const group = settingOf(environment, 'NOTIFY_GROUP');
  const stateDir = stateDirFrom(environment);
  const trusted = settingOf(environment, 'NOTIFY_TRUSTED_USERS') ?? '';
  return {
    token: tokenFrom(environment),
    telegram: readTelegramAddress(environment),
    dataDir: dataDirFrom(environment),
    ...(stateDir === undefined ? {} : { stateDir }),
    socketPath: socketSetting(environment),
    actorSocket: actorSocketFrom(environment),
    ...(group === undefined ? {} : { group }),
    trustedUsers: trusted.split(/[\s,]+/).filter((name) => name !== ''),
    logLevel: logLevelSetting(environment),
    unconfirmedWaits: unconfirmedWaitsFrom(environment),
    outboxMax: numberSetting(environment, 'NOTIFY_OUTBOX_MAX', { fallback: 10_000, least: 1, most: 1_000_000 }),
    ratePerMinute: numberSetting(environment, 'NOTIFY_RATE_PER_MINUTE', { fallback: 1200, least: 1, most: 1_000_000 }),
    alertsFile: alertsFileFrom(environment),
    showHost: yesOrNoSetting(environment, 'NOTIFY_SHOW_HOST'),
  };
}
