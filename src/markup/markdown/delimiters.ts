const RUN = /\*+|_+|~+/g;
const BLANK = /^\s?$/;
const LETTER = /^[\p{L}\p{N}]$/u;

/** Counts the emphasis marks of a paragraph that wait for a partner: the parser's time grows with their square. */
export interface DelimiterCount {
  /** Takes the paragraph's next line. */
  add(line: string): void;
  /** Most marks that were open, or unclear, at once. */
  readonly open: number;
  /** All marks. */
  readonly all: number;
}

/** Whether a run of marks opens (1), closes (-1) or may do either (0); close to CommonMark's flanking rules. */
function direction(before: string, after: string): number {
  if (BLANK.test(before)) return 1;
  if (BLANK.test(after)) return -1;
  if (LETTER.test(before) === LETTER.test(after)) return 0;
  return LETTER.test(after) ? 1 : -1;
}

/** Starts counting a paragraph. */
export function countDelimiters(): DelimiterCount {
  const balance: Record<string, number> = { '*': 0, _: 0, '~': 0 };
  let unclear = 0;
  let most = 0;
  let all = 0;
  return {
    add(line) {
      for (const { 0: run, index } of line.matchAll(RUN)) {
        const kind = run[0] ?? '';
        const way = direction(line[index - 1] ?? '', line[index + run.length] ?? '');
        all += run.length;
        if (way === 0) unclear += run.length;
        else balance[kind] = (balance[kind] ?? 0) + way * run.length;
        most = Math.max(
          most,
          Object.values(balance).reduce((sum, one) => sum + Math.abs(one), unclear),
        );
      }
    },
    get open() {
      return most;
    },
    get all() {
      return all;
    },
  };
}
