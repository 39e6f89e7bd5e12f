import pino, { type DestinationStream } from 'pino';
import { redact } from '../text/redact.ts';
import { visible } from '../text/visible.ts';
import type { LogLevel } from './log-level.ts';

/** A structured log. Fields first, then one sentence, as in pino. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log whose level can change while it is in use. */
export interface LeveledLog extends Log {
  /** Lines of this level and above are written. */
  level: string;
}

/** Defined elsewhere, so that programs without this log don't load it. */
export { type LogLevel, redact };

/**
 * Creates a log that writes one JSON object a line: `time` (ISO 8601), `level`, `msg` and the fields.
 * Text that looks like a bot token, and each of `secrets`, is redacted in every line, and characters that a terminal would
 * obey are escaped.
 */
export function createLog(
  level: LogLevel,
  writers: ReadonlyArray<(line: string) => void>,
  secrets: readonly string[] = [],
): LeveledLog {
  const destination: DestinationStream = {
    write(line) {
      const safe = visible(redact(line, secrets));
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
