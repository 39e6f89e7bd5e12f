import type { WebContext } from '../context.ts';
import type { FormOutcome } from '../pages/parts/layout.ts';
import { type Done, strings } from '../strings.ts';

const isDone = (word: string): word is Done => Object.hasOwn(strings.done, word);

/** What the form before came to, as its answer sent the browser on with: a word of ours, never a text. */
export function outcomeIn(context: WebContext): FormOutcome {
  if (context.req.query('ended') !== undefined) return { error: strings.login.ended };
  const word = context.req.query('done');
  return word !== undefined && isDone(word) ? { done: word } : {};
}

/** Sends the browser on to a page that says what was done. */
export function goOn(context: WebContext, path: string, done: Done): Response {
  return context.redirect(`${path}${path.includes('?') ? '&' : '?'}done=${done}`, 303);
}
