/** One of a user's scripts. */
export interface ScriptRecord {
  readonly name: string;
  /** The name without its ending. */
  readonly stem: string;
  /** Cron syntax, or `null` where the script runs each time. */
  readonly schedule: string | null;
  /** The time zone of the schedule, where the script's header names one. */
  readonly tz?: string;
  /** ISO 8601. */
  readonly lastRun: string | null;
  /** A word such as `sent`. */
  readonly lastResult: string | null;
  /** Such as `42m`; `null` where no cooldown holds it back. */
  readonly cooldownLeft: string | null;
  /** When the cooldown ends, ISO 8601. */
  readonly cooldownUntil: string | null;
  /** Why its header can't be read. */
  readonly error?: string;
  /** Until when this script is muted by itself, ISO 8601. */
  readonly mutedUntil: string | null;
  /** Whether a run is under way that was started from Telegram or through the API. */
  readonly running: boolean;
}
