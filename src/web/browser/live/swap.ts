/** Puts what the server wrote in the place of what is shown, without loading a page. */
import { updateTimes } from '../ago.ts';
import { loadParts } from '../elements.ts';

/** Told after something was put in, so that what belongs to it begins again. */
export const SWAPPED = 'notify:swapped';

/** Replaces an element by one of an answer's. */
export function replace(old: Element, fresh: Element): void {
  old.replaceWith(document.adoptNode(fresh));
  updateTimes(fresh);
  loadParts(fresh);
  document.dispatchEvent(new Event(SWAPPED));
}
