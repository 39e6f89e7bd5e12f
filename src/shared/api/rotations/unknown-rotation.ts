import { Problem } from '../../../core/problem.ts';
import { didYouMean } from '../../text/did-you-mean.ts';

/** Says that the rules have no rotation of this name, and which ones they have. @returns Problem `unknown_rotation` */
export function unknownRotation(name: string, names: readonly string[]): Problem {
  const meant = didYouMean(name, names);
  const known = names.length === 0 ? 'the rules have no rotations.' : `the rules have ${names.join(', ')}.`;
  const next = meant === undefined ? known : `did you mean ${meant}?`;
  return new Problem('unknown_rotation', `There is no rotation ${name}; ${next}`);
}
