import type { MuteList } from '../../storage/ports.ts';
import type { LinkedAccount } from '../links/linked-account.ts';
import type { PersonStatus } from '../people/people.ts';
import type { CommandParts } from './command.ts';
import { cut, dayPiece, minutePiece } from './format.ts';
import type { Piece } from './reply.ts';

/** Mutes that are listed for an account; with the longest names they take 2,700 characters. */
export const MOST_MUTES = 30;
const LONGEST_NAME = 60;

/** The mutes of an account, a line each. */
function muteLines({ all, scripts }: MuteList, most: number): Piece[] {
  const line = (what: string, until: number): Piece[] => [`🔕 ${what} is muted until `, minutePiece(until), '\n'];
  return [
    ...(all === undefined ? [] : line('Everything', all)),
    ...scripts.slice(0, most).flatMap(({ name, until }) => line(cut(name, LONGEST_NAME), until)),
    ...(scripts.length > most ? [`🔕 and ${scripts.length - most} more\n`] : []),
  ];
}

/** What quiet hours and a digest do now. */
function quietLine({ quietUntil, held }: PersonStatus): Piece[] {
  const count = held === 0 ? [] : [`${held} held back for a summary\n`];
  return quietUntil === undefined ? count : ['🌙 Quiet until ', minutePiece(quietUntil), '\n', ...count];
}

/** The day on which an account was linked. */
export const linkedDay = ({ linkedAt }: Pick<LinkedAccount, 'linkedAt'>): Piece =>
  linkedAt === undefined ? 'an unknown day' : dayPiece(linkedAt);

/**
 * Describes an account's link, how much waits, and what is muted, a line each.
 *
 * @param most how many mutes are listed
 * @throws Problem `mutes_unreadable`
 */
export async function accountSummary(
  { queued, mutes, people, host }: CommandParts,
  owner: LinkedAccount,
  most = MOST_MUTES,
): Promise<Piece[]> {
  const { user } = owner;
  const waiting = queued(user);
  return [
    { bold: user },
    ` on ${host}\nLinked since `,
    linkedDay(owner),
    '\n',
    waiting === 0 ? 'Nothing is waiting to be sent\n' : `${waiting} waiting to be sent\n`,
    ...quietLine(await people.settings(owner)),
    ...muteLines(await mutes.list(owner), most),
  ];
}
