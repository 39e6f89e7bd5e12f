/** What stands at the end of a line, in words alone. */
const ENDS = 'p, li, tr, pre, blockquote, br';

/** What a message says, without its form: a line for each block; neither what is hidden nor what is only shown when asked. */
export function wordsOf(message: Element): string {
  const copy = message.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll('.more')) hidden.remove();
  for (const hidden of copy.querySelectorAll('.spoiler')) hidden.replaceWith('…');
  for (const cell of copy.querySelectorAll('td, th')) cell.append(' ');
  for (const end of copy.querySelectorAll(ENDS)) end.after('\n');
  return (copy.textContent ?? '').replace(/\s*\n\s*/g, '\n').trim();
}
