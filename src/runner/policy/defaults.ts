/** Scripts at a time, where the computer has fewer cores: most of them wait for a database. */
export const DEFAULT_PARALLEL = 4;

/** Cron starts the runner within the minute, so a script first seen now may have been meant for this minute, ms. */
export const FIRST_LOOK_MS = 60_000;
