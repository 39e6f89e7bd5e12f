/** Tables that programs print: columns held apart by spaces, or fields by commas, tabs or bars. */

/** Two spaces or more inside a line; two behind the end of a sentence are how some people type. */
const GAP = /(?<=\S) {3,}(?=\S)|(?<=[^\s.!?:,;]) {2}(?=\S)/g;
/** Marks of Markdown around words, with which a person formats a table. */
const FORMATTED = /(?<![\w*_`])(\*\*?|__?|`|~~)(?=\S)[^*_`~]*[^\s*_`~]\1(?![\w*_`])|\]\(/;
/** Characters between fields, and their number from which a line has some. */
const SEPARATORS = [',', '\t', '|', ';'] as const;
const LEAST_FIELDS = 3;

const gaps = (line: string) => (line.includes('  ') ? (line.match(GAP)?.length ?? 0) : 0);
const hasColumns = (line: string) => gaps(line) >= 2 && !line.includes('|');

/** A line of dashes, one for all columns, or one for each. */
const RULE = /^[-=─]{5,} *$/;
const RULES = /^ *(?:[-=─]{2,} +)+[-=─]{2,} *$/;

/** Whether a line has three columns or more, the next one at least two, and neither any formatting; a rule may stand below the first. */
export function columnsBegin(line: string, next: string): boolean {
  const found = (hasColumns(line) && (columnsGoOn(next) || RULE.test(next))) || (gaps(line) > 0 && RULES.test(next));
  return found && !FORMATTED.test(line) && !FORMATTED.test(next);
}

/** Whether a line may be a row of them. */
export const columnsGoOn = (line: string): boolean =>
  (gaps(line) >= 1 && !line.includes('|')) || RULE.test(line) || RULES.test(line);

/** How many fields a line has; 1 where a space beside a separator says that a person typed it. */
function fields(typed: string, separator: string): number {
  if (!typed.includes(separator)) return 1;
  const line = typed.replace(/"[^"]*"/g, '""');
  if (line.startsWith('|') || line.includes(`${separator} `) || line.includes(` ${separator}`)) return 1;
  return line.split(separator).length;
}

/** Whether two lines have the same number of fields, three or more. */
export function separatedBegin(line: string, next: string): boolean {
  return SEPARATORS.some((separator) => {
    const count = fields(line, separator);
    return count >= LEAST_FIELDS && fields(next, separator) === count && !FORMATTED.test(line);
  });
}

/** Whether a line may be a row of them. */
export const separatedGoOn = (line: string): boolean =>
  SEPARATORS.some((separator) => line.split(separator).length >= LEAST_FIELDS);
