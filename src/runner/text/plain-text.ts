/** What other programs wrote, made safe for a terminal, one line, or Markdown. */

import { stretchesOf } from '../../shared/text/domain-names.ts';
import { literal } from '../../shared/text/markdown-literal.ts';

/** UTF-16 units of a program's output in a message; a message holds 4096. */
const MAX_SHOWN = 1500;
/** Sentences in one alert or line; a script may print a thousand objects with the same fault. */
const MAX_SENTENCES = 5;
/** UTF-16 units of a line in brackets. */
const MAX_LINE = 160;

/** A sentence of the runner's as Markdown: literal, with the names of files and hosts as code. */
export const sentenceMarkdown = (sentence: string): string =>
  stretchesOf(sentence)
    .map(({ text, isName }) => (isName ? `\`${text}\`` : literal(text)))
    .join('');

const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Removes the escape sequences that a program writes for a terminal, such as colours. */
export const withoutEscapes = (text: string): string => text.replace(ANSI, '');

/** Removes the escape sequences and control characters that a program writes for a terminal. */
export const plain = (text: string): string =>
  withoutEscapes(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '');

/** A foreign text on one line of a terminal. */
export const printable = (text: string): string =>
  plain(text)
    .replace(/\p{C}+/gu, ' ')
    .trim();

/** A script's name on one line. */
export const printableName = (name: string): string => name.replace(/\p{Cc}/gu, '?');

/** A path as Markdown code. */
export const markdownPath = (path: string): string => `\`${path.replaceAll('`', "'").replace(/\p{C}+/gu, ' ')}\``;

/** The end of a program's output as a Markdown code block; empty when there is no output. */
export function codeBlock(output: string): string {
  const text = plain(output).trim();
  if (text === '') return '';
  const end = text.length <= MAX_SHOWN ? text : `…${text.slice(-MAX_SHOWN).replace(/^[\uDC00-\uDFFF]/, '')}`;
  return `\n\n\`\`\`\n${end.replaceAll('```', "'''")}\n\`\`\``;
}

/** Lines that a quote shows before it is opened. */
const QUOTE_LINES = 3;

/** The same, folded in a quote where it has more than three lines: the bot makes those expandable. */
export function foldedCodeBlock(output: string): string {
  const block = codeBlock(output).trim();
  if (block === '') return '';
  const lines = block.split('\n');
  const isLong = lines.length - 2 > QUOTE_LINES;
  return `\n\n${(isLong ? lines.map((line) => `> ${line}`.trimEnd()) : lines).join('\n')}`;
}

/** The last line of standard error in brackets, with a space before it; empty when there is none. */
export function lastLine(stderr: string): string {
  const line = plain(stderr).trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : ` (${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line})`;
}

/** The first few of many sentences. */
export function someOf(sentences: readonly string[]): string {
  const left = sentences.length - MAX_SENTENCES;
  return [...sentences.slice(0, MAX_SENTENCES), ...(left > 0 ? [`And ${left} more.`] : [])].join(' ');
}
