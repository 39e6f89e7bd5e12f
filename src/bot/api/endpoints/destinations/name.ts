/** The destination that a path names. */
import { isPlaceName } from '../../../../core/destination.ts';
import { Problem } from '../../../../core/problem.ts';
import { describe } from '../../../../shared/api/fields.ts';
import type { EndpointContext, SocketCode } from '../../endpoint.ts';

/** Errors of every endpoint whose path names a destination. */
export const NAMED_CODES: readonly SocketCode[] = [
  'bad_field',
  'not_yours',
  'unknown_destination',
  'destinations_unreadable',
];

/** The name in a path; a topic's slash may be percent-encoded or not. @throws Problem `bad_field` */
export function destinationName({ name = '', topic }: EndpointContext['params']): string {
  const whole = topic === undefined ? name : `${name}/${topic}`;
  if (isPlaceName(whole)) return whole;
  throw new Problem('bad_field', `name: expected a name such as ops or ops/disks, found ${describe(whole)}.`);
}
