/** Elements that end a line in plain text. */
const ENDS = 'p, pre, blockquote';

/** The plain text of a message: one line for each block, without spoilers, folded text and labels. */
export function wordsOf(message: Element): string {
  const copy = message.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll('.more, .quote > summary')) hidden.remove();
  for (const hidden of copy.querySelectorAll('.spoiler')) hidden.replaceWith('…');
  for (const end of copy.querySelectorAll(ENDS)) end.after('\n');
  const lines = (copy.textContent ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n');
}
