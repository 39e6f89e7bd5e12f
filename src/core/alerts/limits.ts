/** How many alerts may fire at once, in all: some 2 KB of memory each. */
export const MOST_ACTIVE = 100_000;
/** How many of them may be one account's that is not trusted. */
export const MOST_ACTIVE_OF_ONE = 20_000;
/** How long an alert that is over is listed, ms. */
export const LISTED_AFTER_END_MS = 24 * 3_600_000;
/** How many alerts that are over are listed, in all; beyond that the oldest leave earlier. */
export const MOST_LISTED_AFTER_END = 50_000;
/** Comments of one alert; beyond that the oldest leaves. */
export const MOST_COMMENTS = 20;
/** The longest acknowledgement or silence, ms. */
export const LONGEST_HOLD_MS = 366 * 24 * 3_600_000;
