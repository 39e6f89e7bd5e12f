/** Replaces parts of the page by the server's answers, without loading a page. */
import { updateTimes } from '../ago.ts';
import { loadParts } from '../elements.ts';

/** Dispatched after a replacement, so that enhancements can be applied again. */
export const SWAPPED = 'notify:swapped';

/** Replaces an element by one from an answer. */
export function replace(old: Element, fresh: Element): void {
  old.replaceWith(document.adoptNode(fresh));
  updateTimes(fresh);
  loadParts(fresh);
  document.dispatchEvent(new Event(SWAPPED));
}
