import { addressOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import { MAX_DESTINATIONS } from '../../shared/api/limits.ts';

/** The names of destinations in values of `--to`, which may hold several between commas. @throws Problem `usage` */
export function destinationsIn(values: readonly string[]): readonly string[] {
  const names = values
    .flatMap((value) => value.split(','))
    .flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const wrong = names.find((name) => addressOf(name) === undefined);
  if (wrong !== undefined) {
    const examples = 'ops, ops/disks, @public_name or user:alice';
    throw new Problem('usage', `--to: ${JSON.stringify(wrong)} is no destination: write ${examples}.`);
  }
  if (names.length >= 1 && names.length <= MAX_DESTINATIONS) return names;
  throw new Problem('usage', `--to: expected 1 to ${MAX_DESTINATIONS} names, found ${names.length}.`);
}
