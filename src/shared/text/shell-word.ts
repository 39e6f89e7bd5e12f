/**
 * A text as one word of a shell's command, quoted where that is needed.
 *
 * @example shellWord("/srv/it's here") // '/srv/it'\''s here'
 */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
