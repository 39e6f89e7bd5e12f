/**
 * Reads the text after the three backticks of a block, in both Markdown styles: a language up to white space, then one
 * line break that does not belong to the block.
 *
 * @param at index after the backticks
 * @returns the start of the block's content
 */
export function readPreOpening(source: string, at: number): { readonly language?: string; readonly next: number } {
  const language = /^[^\s`]+(?=\s)/.exec(source.slice(at, at + 256))?.[0];
  let next = at + (language?.length ?? 0);
  const line = /^(?:\r\n|\n\r|\n|\r)/.exec(source.slice(next, next + 2))?.[0];
  next += line?.length ?? 0;
  return language === undefined ? { next } : { language, next };
}
