/** Deliveries of which the channel refused some parts for good and took the others. */
import type { Delivery, Step } from '../core/delivery/delivery.ts';

/**
 * Why a delivery whose steps are all done counts as failed: a part was refused without a word in the chat, or nothing but
 * notes on refused parts arrived. A delivery of one part needs no number. `undefined` where it counts as sent.
 */
export function refusalOf({ steps, refused = [] }: Delivery<unknown>): string | undefined {
  const first = refused.length >= steps.length ? refused[0] : refused.find(({ isNoted }) => isNoted !== true);
  if (first === undefined || steps.length === 1) return first?.reason;
  return `Part ${first.step + 1} of ${steps.length}: ${first.reason}`;
}

/** The steps of a failed delivery that did not arrive: the refused ones, and those that were not tried. */
export function unsentSteps<P>({ refused = [], steps, done }: Delivery<P>): readonly Step<P>[] {
  return [...refused.flatMap(({ step }) => steps[step] ?? []), ...steps.slice(done)];
}
