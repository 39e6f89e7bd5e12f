import type { EnvFile } from '../../../scripts/deploy/env-file/env-file.js';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import { readEnvFile } from './service-environment.ts';

/** The names that `/etc/notify-bot/env` may set for the service and for the actor, as docs/settings.md lists them. */
export const KNOWN_SETTINGS: readonly string[] = [
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_API_ROOT',
  'TELEGRAM_ALLOW_HTTP',
  'TELEGRAM_PROXY',
  'NOTIFY_DATA_DIR',
  'NOTIFY_SOCKET',
  'NOTIFY_ACTOR_SOCKET',
  'NOTIFY_GROUP',
  'NOTIFY_TRUSTED_USERS',
  'NOTIFY_LOG_LEVEL',
  'NOTIFY_UNCONFIRMED_RETRY',
  'NOTIFY_OUTBOX_MAX',
  'NOTIFY_RATE_PER_MINUTE',
  'NOTIFY_SHOW_HOST',
  'NOTIFY_ALERTS_FILE',
  'NOTIFY_BOT_USER',
  'NOTIFY_ACTOR_UNIT',
  'NOTIFY_SERVICE_MANAGER',
  'NODE_EXTRA_CA_CERTS',
];

const LOWER = KNOWN_SETTINGS.map((name) => name.toLowerCase());

/** The mistakes in a file of settings, a sentence each, beginning with the line; names close to a known one included. */
export function mistakesIn({ settings, faults }: EnvFile): readonly string[] {
  const misspelt = settings.flatMap(({ name, line }) => {
    if (KNOWN_SETTINGS.includes(name)) return [];
    const meant = didYouMean(name, LOWER)?.toUpperCase();
    return meant === undefined ? [] : [{ line, sentence: `there is no setting ${name}; did you mean ${meant}?` }];
  });
  return [...faults, ...misspelt]
    .sort((a, b) => a.line - b.line)
    .map(({ line, sentence }) => `line ${line}: ${sentence}`);
}

/** The mistakes in the file that systemd reads; none where this process can't read it, which hides nothing from systemd. */
export function writtenMistakes(): readonly string[] {
  try {
    const file = readEnvFile();
    return file === undefined ? [] : mistakesIn(file);
  } catch {
    return [];
  }
}
