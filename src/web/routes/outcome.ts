import type { WebContext } from '../context.ts';
import type { FormOutcome } from '../pages/parts/layout.ts';
import { type Done, strings } from '../strings.ts';

const isDone = (word: string): word is Done => Object.hasOwn(strings.done, word);

/** The result of the previous form, from the address: only a known keyword, never a text. */
export function outcomeIn(context: WebContext): FormOutcome {
  if (context.req.query('ended') !== undefined) return { error: strings.login.ended };
  const word = context.req.query('done');
  return word !== undefined && isDone(word) ? { done: word } : {};
}

/** Redirects the browser to a page that shows the result. */
export function redirectDone(context: WebContext, path: string, done: Done): Response {
  return context.redirect(`${path}${path.includes('?') ? '&' : '?'}done=${done}`, 303);
}
