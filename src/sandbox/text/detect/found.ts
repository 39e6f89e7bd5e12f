import type { SandboxEntity } from '../../model.ts';
import { findUrls } from './urls.ts';

/** Entities that the server detects in users' texts. https://core.telegram.org/bots/api#messageentity */
const FINDERS: ReadonlyArray<readonly [type: string, pattern: RegExp]> = [
  ['bot_command', /(?<=^|\s)\/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?=$|[\s.,:;!?])/g],
  ['mention', /(?<=^|\s)@[A-Za-z][A-Za-z0-9_]{3,31}/g],
];

/** Commands, addresses and mentions in a user's text, in their order. */
export function findEntities(text: string): SandboxEntity[] {
  const words = FINDERS.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
  );
  return [...words, ...findUrls(text)].sort((a, b) => a.offset - b.offset);
}
