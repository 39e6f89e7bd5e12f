/** Deliveries of which the channel refused some parts for good and took the others. */
import type { Delivery } from '../core/delivery/delivery.ts';

/** Why a delivery with refused parts failed; a delivery of one part needs no number. */
export function refusalOf({ steps, refused = [] }: Delivery<unknown>): string {
  const [first] = refused;
  if (first === undefined || steps.length === 1) return first?.reason ?? '';
  return `Part ${first.step + 1} of ${steps.length}: ${first.reason}`;
}

/** A delivery as it fails: what is left of it to be sent again are its refused parts and those that were not tried. */
export function withoutSent<P>(delivery: Delivery<P>): Delivery<P> {
  const { refused = [], steps, done } = delivery;
  if (refused.length === 0) return delivery;
  const left = refused.flatMap(({ step }) => steps[step] ?? []);
  return { ...delivery, steps: [...left, ...steps.slice(done)], done: 0 };
}
