import type { OnCall, Rules } from '../../../rules/rules.ts';
import { type BotCommand, NOT_LINKED } from '../../command.ts';
import { minutePiece, oneLine } from '../../format.ts';
import { type Piece, reply } from '../../reply.ts';
import { isKnownPlace } from './known-place.ts';

/** Rotations that an answer shows, and UTF-16 units of a name in it: they fit one message with people of each. */
const MOST_SHOWN = 25;
const SHOWN = 40;

const names = (people: readonly string[]) => people.map((name) => oneLine(name, SHOWN)).join(', ') || 'nobody';

/** Who is on call in one rotation, until when, and who comes next. */
function rotationPieces(rules: Pick<Rules, 'onCall'>, rotation: string, current: OnCall): Piece[] {
  const { people, until } = current;
  const now: Piece[] = [{ bold: oneLine(rotation, SHOWN) }, ': ', { bold: names(people) }];
  if (!Number.isFinite(until)) return [...now, '\n'];
  const next = rules.onCall(rotation, until)?.people ?? [];
  return [...now, ' until ', minutePiece(until), `, then ${names(next)}\n`];
}

/**
 * The answer to `/oncall`.
 * @param now milliseconds since the epoch
 */
export function onCallPieces(rules: Pick<Rules, 'rotations' | 'onCall'>, now: number): readonly Piece[] {
  const { rotations } = rules;
  if (rotations.length === 0) return ['There are no rotations: the rules of alerts name none.'];
  const shown = rotations.slice(0, MOST_SHOWN).flatMap((rotation) => {
    const current = rules.onCall(rotation, now);
    return current === undefined ? [] : rotationPieces(rules, rotation, current);
  });
  const more = rotations.length - MOST_SHOWN;
  return ['☎ On call\n\n', ...shown, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** `/oncall`: who is on call in each rotation, until when, and who is next. */
export const onCallCommand: BotCommand = {
  name: 'oncall',
  description: 'Show who is on call, and who is next',
  linkedOnly: false,
  asksWhenLate: false,
  async run(parts, asked) {
    if (!(await isKnownPlace(parts, asked))) return reply(asked.ctx, NOT_LINKED);
    await reply(asked.ctx, ...onCallPieces(parts.rules.current(), parts.now()));
  },
};
