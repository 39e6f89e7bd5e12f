/** UTF-16 units of an ending; what is longer is no ending but a part of the name. */
const MAX_ENDING = 16;

/**
 * Shortens a file's name to at most `longest` UTF-16 units. The ending stays, by which the reader's device opens it; no
 * surrogate pair is cut.
 */
export function shortFileName(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= MAX_ENDING ? name.slice(dot) : '';
  const start = name.slice(0, longest - ending.length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}…${ending}`;
}
