import pino, { type DestinationStream } from 'pino';

/** A structured log. Fields first, then one sentence, as pino has it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The levels `NOTIFY_LOG_LEVEL` takes. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const TOKEN = /\b(?:bot)?\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}/g;

/** Hides anything shaped like a bot token (https://core.telegram.org/bots/api#authorizing-your-bot) and `secrets`. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return secrets.reduce((safe, secret) => safe.replaceAll(secret, '[token]'), text.replace(TOKEN, '[token]'));
}

/**
 * Makes a log that writes one JSON object a line: `time` (ISO 8601), `level`, `msg` and the fields.
 * Whatever looks like a bot token, and each of `secrets`, is hidden in every line, wherever it came from.
 */
export function createLog(
  level: LogLevel,
  writers: ReadonlyArray<(line: string) => void>,
  secrets: readonly string[] = [],
): Log {
  const destination: DestinationStream = {
    write(line) {
      const safe = redact(line, secrets);
      for (const write of writers) write(safe);
    },
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return logger;
}
