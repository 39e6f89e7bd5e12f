/**
 * Characters that a terminal obeys instead of showing them: the control characters but newline and tab, and those that
 * turn the order of a line around. https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** A colour, and its end, as our own programs print them. */
const COLOUR = /^\u001b\[(?:0|3\d)m/;
const LONGEST_COLOUR = 5;

const escaped = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Shows the characters that a terminal would obey as `\u202e`. JSON stays the same JSON, because JSON writes them so too.
 *
 * @param colours leave colours as they are
 */
export function visible(text: string, colours = false): string {
  const isColour = (at: number) => colours && COLOUR.test(text.slice(at, at + LONGEST_COLOUR));
  return text.replace(OBEYED, (mark, at: number) => (isColour(at) ? mark : escaped(mark)));
}
