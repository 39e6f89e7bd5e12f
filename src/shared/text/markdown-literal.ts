/** Escapes a text so that Markdown leaves it as it is. */
export const literal = (text: string): string =>
  text
    .replace(/[\\`*~[\]<&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/^([^\S\r\n\u2028\u2029]*)([#>+-]|\d{1,9}(?=[.)]))/gm, (_start, blank: string, mark: string) =>
      /\d/.test(mark) ? `${blank}${mark}\\` : `${blank}\\${mark}`,
    );
