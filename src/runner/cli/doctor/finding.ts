/** The result of one check. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly seen: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const fine = (check: string, seen: string): Finding => ({ check, ok: true, seen });
export const bad = (check: string, seen: string, todo: string): Finding => ({ check, ok: false, seen, todo });
