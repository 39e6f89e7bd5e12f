/**
 * How many runs and questions go to the actor at one time. The actor serves 32 requests at once: 24 runs and 8 questions.
 */

/** Runs of one user, and of all users together. */
export const RUNS_OF_ONE = 4;
export const RUNS_OF_ALL = 24;
/** Questions (lists of scripts, logs) of one user, and of all users together. */
export const QUESTIONS_OF_ONE = 4;
export const QUESTIONS_OF_ALL = 8;
