import { type BacktickCount, countBackticks } from './backticks.ts';
import { countDelimiters, type DelimiterCount } from './delimiters.ts';
import { fenceTracker } from './fences.ts';

/*
 * Microseconds. The parser takes 1 µs a character of prose, far more for what could be markup, and the square of the
 * number of open emphasis marks, brackets, tags, lone backticks or lines in one paragraph. Measured with 1,000 to 32,000
 * characters of some sixty kinds of the worst text, and of pairs of them, and rounded up.
 */
const PER_CHARACTER = 1;
const PER_LINE = 30;
const PER_PARAGRAPH = 120;
const PER_CONTAINER = 110;
const PER_INDENT = 4;
const PER_PIPE = 35;
const PER_MARK = 15;
const PER_ADDRESS = 40;
const OPEN_DELIMITERS_SQUARED = 0.14;
const DELIMITERS_SQUARED = 0.001;
const BRACKETS_SQUARED = 0.006;
const LINES_SQUARED = 0.04;
const TAGS_BY_LENGTH = 0.02;
const BACKTICKS_BY_LENGTH = 0.04;

/** More quotes and lists inside one another than anyone reads; thousands would exhaust the stack. */
const DEEPEST = 12;

const CONTAINERS = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)))+/;
const ITEM = /^ {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]+\S/;
const RULE = /^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const MARKS = /[*_~[\]<`&\\#]/g;
const ADDRESSES = /www\.|:\/\/|@/g;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** What grows with the square of a paragraph: counted from one blank line or list item to the next. */
interface Paragraph {
  readonly delimiters: DelimiterCount;
  readonly backticks: BacktickCount;
  brackets: number;
  tags: number;
  lines: number;
  characters: number;
}

function startParagraph(): Paragraph {
  return {
    delimiters: countDelimiters(),
    backticks: countBackticks(),
    brackets: 0,
    tags: 0,
    lines: 0,
    characters: 0,
  };
}

function addLine(line: string, paragraph: Paragraph): void {
  paragraph.delimiters.add(line);
  paragraph.backticks.add(line);
  paragraph.brackets += count(line, /[[\]()]/g);
  paragraph.tags += count(line, /</g);
  paragraph.lines += 1;
  paragraph.characters += line.length;
}

function paragraphCost({ delimiters, backticks, brackets, tags, lines, characters }: Paragraph): number {
  return (
    PER_PARAGRAPH +
    delimiters.open ** 2 * OPEN_DELIMITERS_SQUARED +
    delimiters.all ** 2 * DELIMITERS_SQUARED +
    brackets ** 2 * BRACKETS_SQUARED +
    lines ** 2 * LINES_SQUARED +
    tags * characters * TAGS_BY_LENGTH +
    backticks.alone * characters * BACKTICKS_BY_LENGTH
  );
}

function lineCost(line: string): number {
  const isRule = line.length < 200 && RULE.test(line);
  const containers = isRule ? 0 : count(CONTAINERS.exec(line)?.[0] ?? '', />|[-+*]|\d{1,9}[.)]/g);
  if (containers > DEEPEST) return Number.POSITIVE_INFINITY;
  const indent = line.length - line.trimStart().length;
  return (
    PER_LINE +
    line.length * PER_CHARACTER +
    containers * PER_CONTAINER +
    indent * PER_INDENT +
    count(line, /\|/g) * PER_PIPE +
    count(line, MARKS) * PER_MARK +
    count(line, ADDRESSES) * PER_ADDRESS
  );
}

/** Microseconds that parsing `source` may take at the worst; `Infinity` where it could exhaust the stack. */
export function parsingCost(source: string): number {
  const fence = fenceTracker();
  let paragraph = startParagraph();
  let cost = 0;
  for (const line of source.split('\n')) {
    const { inside, certain } = fence(line);
    if (inside && certain) {
      cost += PER_LINE / 2 + line.length * PER_CHARACTER;
      continue;
    }
    if (ITEM.test(line) || line.trim() === '') {
      cost += paragraphCost(paragraph);
      paragraph = startParagraph();
    }
    cost += lineCost(line);
    addLine(line, paragraph);
  }
  return cost + paragraphCost(paragraph);
}
