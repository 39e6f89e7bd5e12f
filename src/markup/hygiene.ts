/** Colours and cursor moves of a terminal (ECMA-48 control sequences), as programs print them. */
const TERMINAL_CODES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** The mark that begins some files among them: nobody sees it, and the parser drops it and counts from behind it. */
const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufeff]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** The ring of `å` as a character of its own, as file names of macOS have it. */
const RING = /\P{M}\u030a/gu;
/** Anything but spaces, format characters, the letters that Unicode draws as nothing, and the marks that Telegram removes. */
const VISIBLE = /(?!\s|[\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u030a|\u0333|\u033f|[\ufe00-\ufe0f])./su;

/** Replaces halves of surrogate pairs, which no encoding can carry, with U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATES, '\ufffd');
}

/**
 * Makes a text fit to send: every line end a newline, no terminal codes, no control characters but newline and tab, no byte
 * order mark. A ring above joins its letter, since Telegram removes it (`clean_input_string` in tdlib).
 */
export function cleanText(text: string): string {
  const clean = wellFormed(text).replace(TERMINAL_CODES, '').replace(LINE_ENDS, '\n').replace(CONTROLS, '');
  return clean.includes('\u030a') ? clean.replace(RING, (letter) => letter.normalize('NFC')) : clean;
}

/** Cleans a text that must stay on one line, such as a title. */
export function cleanLine(text: string): string {
  return cleanText(text)
    .replace(/[\n\t]+/g, ' ')
    .trim();
}

/** Whether a reader would see nothing; Telegram refuses such a text. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

/** Columns between two tab stops of a terminal. */
const TAB_STOP = 8;

/** Replaces tabs with spaces up to the next tab stop, as a terminal shows them: Telegram makes one space of a tab. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  const expand = (line: string) =>
    line.split('\t').reduce((before, cell) => before + ' '.repeat(TAB_STOP - (before.length % TAB_STOP)) + cell);
  return text.split('\n').map(expand).join('\n');
}
