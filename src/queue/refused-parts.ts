/** Deliveries of which the channel refused some parts for good and took the others. */
import type { Delivery, Step } from '../core/delivery/delivery.ts';

/** Why a delivery with refused parts failed; a delivery of one part needs no number. */
export function refusalOf({ steps, refused = [] }: Delivery<unknown>): string {
  const [first] = refused;
  if (first === undefined || steps.length === 1) return first?.reason ?? '';
  return `Part ${first.step + 1} of ${steps.length}: ${first.reason}`;
}

/** The steps of a failed delivery that did not arrive: the refused ones, and those that were not tried. */
export function unsentSteps<P>({ refused = [], steps, done }: Delivery<P>): readonly Step<P>[] {
  return [...refused.flatMap(({ step }) => steps[step] ?? []), ...steps.slice(done)];
}
