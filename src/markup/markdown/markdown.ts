import { joined, plainText, withoutBlankEnds } from '../entities.ts';
import type { FormattedText } from '../formatted.ts';
import { renderTree } from './blocks.ts';
import { chunksOf } from './chunks.ts';
import { parsingCost } from './cost.ts';
import { regionsOf } from './literal/regions.ts';
import { parseMarkdown } from './parse.ts';

/** Microseconds of parsing, by the estimate, that one message may take from everyone else's. */
const BUDGET = 100_000;

/** So long a text will travel as a file: its first message is formatted, and that takes a third of the time. */
const SURELY_A_FILE = 40_000;

/** A single block of more characters than five messages hold isn't parsed: the estimate was measured below this. */
const LONGEST_CHUNK = 24_000;

/** Starting the parser, whatever the text. */
const PER_CHUNK = 150;

/** Neither marks, nor list items, nor indentation: nothing for a parser to find. */
const PLAIN = /^(?![ \t]|[-+=]|\d{1,9}[.)])[^*_`~[\]<&\\#|!>\t\n]*(?<! )$/;

const isPlain = (chunk: string) => chunk.split('\n').every((line) => PLAIN.test(line));

/** Several blank lines become one, as the parser has it. */
const tidied = (chunk: string) => chunk.replace(/\n{3,}/g, '\n\n');

function renderChunk(chunk: string): FormattedText {
  try {
    const rendered = withoutBlankEnds(renderTree(parseMarkdown(chunk), chunk));
    return rendered.text === '' ? withoutBlankEnds(plainText(chunk)) : rendered;
  } catch {
    // Nesting exhausted the stack. The text as typed loses nothing.
    return withoutBlankEnds(plainText(chunk));
  }
}

/** What is left of the microseconds. */
interface Budget {
  left: number;
}

function renderRegion(source: string, budget: Budget): FormattedText {
  const rendered: FormattedText[] = [];
  for (const chunk of chunksOf(source)) {
    const plain = isPlain(chunk);
    const isTooLong = chunk.length > LONGEST_CHUNK || chunk.length > budget.left;
    const cost = plain || isTooLong ? 0 : parsingCost(chunk) + PER_CHUNK;
    const parsed = cost > 0 && cost <= budget.left;
    if (parsed) budget.left -= cost;
    const one = parsed ? renderChunk(chunk) : withoutBlankEnds(plainText(plain ? tidied(chunk) : chunk));
    if (one.text === '') continue;
    if (rendered.length > 0) rendered.push(plainText('\n\n'));
    rendered.push(one);
  }
  return joined(rendered);
}

/**
 * Turns Markdown (CommonMark, GitHub's additions, Telegram's `*bold*`) into text and entities.
 *
 * Never throws, and loses no letter but for what is syntax: the address behind a link, a code block's language,
 * entities such as `&amp;`, the letters of a task's box. What would take too long to parse stays as typed.
 * Blank ends are cut.
 *
 * @param source cleaned text
 * @param most microseconds that parsing may take, by the estimate
 */
export function renderMarkdown(source: string, most = BUDGET): FormattedText {
  const rendered: FormattedText[] = [];
  const budget: Budget = { left: source.length > SURELY_A_FILE ? most / 3 : most };
  let blankBefore = false;
  for (const { text, literal } of regionsOf(source)) {
    const one = literal ? withoutBlankEnds(plainText(text)) : renderRegion(text, budget);
    if (one.text !== '') {
      if (rendered.length > 0) rendered.push(plainText(blankBefore || /^[^\S\n]*\n/.test(text) ? '\n\n' : '\n'));
      rendered.push(one);
    }
    blankBefore = /\n[^\S\n]*$/.test(text) || one.text === '';
  }
  return withoutBlankEnds(joined(rendered));
}
