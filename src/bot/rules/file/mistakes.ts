/** A mistake in the file of rules. */
export interface Mistake {
  /** From 1. */
  readonly line: number;
  /** Where in the file, such as `routes[0].when`; empty for the whole. */
  readonly key: string;
  /** What was found and what is allowed, a sentence. */
  readonly reason: string;
}

/** Mistakes that are reported; nobody corrects more of them at once. */
export const MOST_MISTAKES = 50;

/** `line 3: routes[0].when: it is not CEL: …` */
export const mistakeText = ({ line, key, reason }: Mistake): string =>
  `line ${line}: ${key === '' ? '' : `${key}: `}${reason}`;
