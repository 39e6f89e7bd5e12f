/** Scripts at a time, where the computer has fewer cores: most of them wait for a database. */
export const DEFAULT_PARALLEL = 4;
