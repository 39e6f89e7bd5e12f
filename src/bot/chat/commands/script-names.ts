/** Names of scripts that somebody typed: whether there is one, and which was meant. */
import { didYouMean } from '../../../shared/text/did-you-mean.ts';
import type { Asked, CommandParts } from '../command.ts';
import { oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** The list of scripts may take this long to check a name, milliseconds. */
const CHECK_MS = 3000;
/** UTF-16 units of a name that are shown. */
const SHOWN_NAME = 60;

/** A name as one harmless line. */
export const shownWord = (name: string): string => oneLine(name, SHOWN_NAME);

/** Suggests the name that was meant: the end of an answer; empty where none is near. */
export function suggestion(name: string, known: readonly string[]): readonly Piece[] {
  const meant = didYouMean(name, known);
  return meant === undefined ? [] : [' Did you mean ', { code: shownWord(meant) }, '?'];
}

/** What a mute is for. */
export const shownName = (script: string | undefined): Piece =>
  script === undefined ? { bold: 'Everything' } : { code: shownWord(script) };

/** The scripts of a chat's accounts, by name and by stem; `undefined` when no account's can be listed. */
export async function knownScripts(
  { scripts }: CommandParts,
  { users }: Asked,
): Promise<readonly string[] | undefined> {
  const signal = AbortSignal.any([scripts.tasks.stopping, AbortSignal.timeout(CHECK_MS)]);
  const lists = await Promise.allSettled(users.map((user) => scripts.actor.list(user, signal)));
  const found = lists.flatMap((list) => (list.status === 'fulfilled' ? [list.value] : []));
  return found.length === 0 ? undefined : found.flat().flatMap(({ name, stem }) => [name, stem]);
}
