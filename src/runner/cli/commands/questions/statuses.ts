/** The exit statuses of `ask` beside 2 for wrong usage: the first choice, another choice, no answer before the timeout, not asked or cancelled. */
export const FIRST_CHOICE = 0;
export const OTHER_CHOICE = 1;
export const NO_ANSWER = 3;
export const NOT_ASKED = 4;
