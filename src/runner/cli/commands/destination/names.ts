/** Names on the command line. */
import { isPlaceName, isSender } from '../../../../core/destination.ts';
import { Problem } from '../../../../core/problem.ts';

/** @throws Problem `usage` */
export function requireName(name: string): void {
  if (isPlaceName(name)) return;
  const rule = 'lower-case letters, digits, _ and -, at most 32 of them, beginning with a letter';
  throw new Problem('usage', `${JSON.stringify(name)} is not a name such as ops, or ops/disks for a topic: ${rule}.`);
}

/** Names of senders, also several in one word between commas. @throws Problem `usage` */
export function sendersIn(words: readonly string[]): string[] {
  const names = words.flatMap((word) => word.split(',')).filter((name) => name !== '');
  const wrong = names.find((name) => !isSender(name));
  if (wrong === undefined) return names;
  throw new Problem('usage', `${JSON.stringify(wrong)} is neither a user name nor %group, nor * for everybody.`);
}
