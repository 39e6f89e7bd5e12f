import { decodeHTMLStrict } from 'entities';
import { isLiteralBackslash } from './program-text.ts';

const ESCAPE = /\\([!-/:-@[-`{-~])|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/g;

/** What the parser makes of a line. @param keeps whether the backslash at an index stays */
const read = (line: string, keeps: (at: number) => boolean) =>
  line.replace(ESCAPE, (all, mark: string | undefined, at: number) => {
    if (mark === undefined) return decodeHTMLStrict(all);
    return keeps(at) ? all : mark;
  });

/**
 * The words of a text node, with the backslashes of paths and patterns, which the parser takes for escapes.
 *
 * @param value the words as the parser has them
 * @param place where they stand in the source
 */
export function textWithBackslashes(
  value: string,
  place: { readonly start: number; readonly end: number } | undefined,
  source: string,
): string {
  const raw = place === undefined ? '' : source.slice(place.start, place.end);
  if (place === undefined || !raw.includes('\\')) return value;
  const values = value.split('\n');
  const lines = raw.split('\n');
  if (values.length !== lines.length) return value;
  let start = place.start;
  const shown = lines.map((line, index) => {
    const from = start;
    start += line.length + 1;
    const plain = values[index] ?? '';
    // The raw line may begin with the marks of a quote or with indentation.
    const parsed = read(line, () => false);
    if (!parsed.endsWith(plain)) return plain;
    return read(line, (at) => isLiteralBackslash(source, from + at)).slice(parsed.length - plain.length);
  });
  return shown.join('\n');
}
