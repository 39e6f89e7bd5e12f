/** What a script's owner is told about its failure, and its recovery. */
import { shortDuration } from '../../shared/text/duration.ts';
import type { NotificationContent } from '../delivery/pending.ts';

/** Units of standard error shown; a message holds 4096. */
const SHOWN = 1500;

/** A clause at the start of a sentence. The name of a field or a program stays as it is written. */
export const capitalised = (text: string): string =>
  text.replace(
    /^(?:exit code|ended by|not |it |its |your |stopped)/,
    (start) => `${start[0]?.toUpperCase()}${start.slice(1)}`,
  );

/** A sentence behind a comma. */
export const continued = (text: string): string =>
  text.replace(/^(?:It|Its|The|No|A)\b/, (start) => start.toLowerCase());

/** A clause or a sentence as a sentence. */
export const asSentence = (text: string): string => `${capitalised(text.trim())}${/[.!?…]$/.test(text) ? '' : '.'}`;

/** A text that Markdown leaves as it is. */
export const literal = (text: string): string =>
  text
    .replace(/[\\`*~[\]<&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/^(\s*)([#>+-]|\d+(?=[.)]))/gm, (_start, blank: string, mark: string) =>
      /\d/.test(mark) ? `${blank}${mark}\\` : `${blank}\\${mark}`,
    );

const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** What a program wrote for a terminal, as plain text. */
export const plain = (text: string): string =>
  text
    .replace(ANSI, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '');

/** What another program says, on one line of a terminal. */
export const printable = (text: string): string =>
  plain(text)
    .replace(/\p{C}+/gu, ' ')
    .trim();

/** The end of a program's output as a Markdown code block; empty when there is nothing. */
export function codeBlock(output: string): string {
  const text = plain(output).trim();
  if (text === '') return '';
  const end = text.length <= SHOWN ? text : `…${text.slice(-SHOWN).replace(/^[\uDC00-\uDFFF]/, '')}`;
  return `\n\n\`\`\`\n${end.replaceAll('```', "'''")}\n\`\`\``;
}

/** Tells that a script failed. */
export function failureNotice(name: string, reason: string, stderr: string, quiet: number): NotificationContent {
  const after = quiet > 0 ? `\n\n_Quiet about it for ${shortDuration(quiet)} now._` : '';
  return {
    title: `${name} failed`,
    message: `${literal(asSentence(reason))}${codeBlock(stderr)}${after}`,
    severity: 'medium',
    attachments: [],
  };
}

/** Tells that a script works again. @param since Unix seconds of its first failure */
export function recoveryNotice(name: string, since: number, now: number): NotificationContent {
  const lasted = shortDuration(Math.max(1000, now - since * 1000));
  return { title: `${name} works again`, message: `It had failed for ${lasted}.`, severity: 'info', attachments: [] };
}

/** The last line of standard error in brackets, for one line; empty when there is none. */
export function lastLine(stderr: string): string {
  const line = plain(stderr).trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : ` (${line.length > 160 ? `${line.slice(0, 159)}…` : line})`;
}
