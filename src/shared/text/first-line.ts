/** The first line of a text, without its end. */
export const firstLineOf = (text: string): string => /^[^\n]*/.exec(text)?.[0] ?? '';
