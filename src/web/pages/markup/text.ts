/** Renders the body of a message as Telegram shows it. */
import { PARSE_MODES, type ParseMode } from '../../../core/notification.ts';
import { slice } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { readMarkup } from '../../../markup/read.ts';
import { strings } from '../../strings.ts';
import { type Html, html, when } from '../parts/html.ts';
import { htmlOf } from './entities.ts';

/** Longer texts are folded after their beginning. */
const SHOWN_LINES = 14;
const SHOWN_UNITS = 1_200;

/**
 * Microseconds, by the reader's own estimate, that one message may take from everybody's pages; what needs more is shown as
 * typed. The 4,096 characters that the history keeps take less, unless they are made to be hard to read.
 */
const BUDGET = 30_000;

/** Texts kept as written, because pages show the same messages again. */
const KEPT = 500;

/** Where the beginning ends: after a line, and never within a character. */
function foldOf(text: string): number {
  const all = text.split('\n');
  if (all.length <= SHOWN_LINES + 2 && text.length <= SHOWN_UNITS * 2) return text.length;
  const end = Math.min(all.slice(0, SHOWN_LINES).join('\n').length, SHOWN_UNITS);
  const beginning = text.slice(0, end);
  return beginning.isWellFormed() ? end : end - 1;
}

const piece = (formatted: FormattedText): Html => html`<div class="typed">${htmlOf(formatted)}</div>`;

function write(formatted: FormattedText): Html {
  const { text } = formatted;
  const end = foldOf(text);
  const rest = text[end] === '\n' ? end + 1 : end;
  return html`${piece(slice(formatted, 0, end))}${when(
    rest < text.length,
    () =>
      html`<details class="more"><summary>${strings.messages.more}</summary>${piece(slice(formatted, rest, text.length))}</details>`,
  )}`;
}

const written = new Map<string, Html>();

/** A message's body. @param mode as in `parse_mode`, Markdown by default */
export function textOf(text: string, mode: string | undefined): Html {
  const known: ParseMode = PARSE_MODES.find((one) => one === (mode ?? 'Markdown')) ?? 'none';
  const key = `${known} ${text}`;
  const before = written.get(key);
  if (before !== undefined) return before;
  const made = write(readMarkup(text, known, BUDGET));
  const [oldest] = written.keys();
  if (written.size >= KEPT && oldest !== undefined) written.delete(oldest);
  written.set(key, made);
  return made;
}
