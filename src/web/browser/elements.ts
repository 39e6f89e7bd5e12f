/** Loads slow parts of a page after the page itself. */
import { updateTimes } from './ago.ts';
import { ask } from './login.ts';
import { elementIn } from './parse.ts';

async function load(place: HTMLElement, address: string): Promise<void> {
  const answer = await ask(address);
  const fresh = await elementIn(answer, place.id);
  if (fresh === null) return;
  place.replaceWith(document.adoptNode(fresh));
  updateTimes(fresh);
}

export function loadParts(root: ParentNode = document): void {
  for (const place of root.querySelectorAll<HTMLElement>('[data-part]')) {
    load(place, place.dataset.part ?? '').catch(() => place.classList.add('stuck'));
  }
}
