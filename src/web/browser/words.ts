/** Elements that end a line in plain text. */
const ENDS = 'p, li, tr, pre, blockquote, br';

/** The plain text of a message: one line for each block, without spoilers and folded text. */
export function wordsOf(message: Element): string {
  const copy = message.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll('.more')) hidden.remove();
  for (const hidden of copy.querySelectorAll('.spoiler')) hidden.replaceWith('…');
  for (const cell of copy.querySelectorAll('td, th')) cell.append(' ');
  for (const end of copy.querySelectorAll(ENDS)) end.after('\n');
  return (copy.textContent ?? '').replace(/\s*\n\s*/g, '\n').trim();
}
