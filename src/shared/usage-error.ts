/**
 * A complaint of the argument parser's as this project says everything: one line, beginning with the program's name.
 *
 * @param text such as `error: unknown option '--x'`, with a newline and perhaps a hint after it
 */
export function usageError(program: string, text: string): string {
  const sentence = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[.?)]*$/, (end) => (end === '' ? '.' : end));
  return `${program}: ${sentence} Try ${program} --help.\n`;
}
