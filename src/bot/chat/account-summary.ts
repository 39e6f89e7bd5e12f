import type { MuteList } from '../../storage/ports.ts';
import type { LinkedAccount } from '../links/linked-account.ts';
import type { CommandParts } from './command.ts';
import { cut, minuteOf } from './format.ts';
import type { Piece } from './reply.ts';

/** Mutes that are listed for an account; with the longest names they take 2,700 characters. */
export const MOST_MUTES = 30;
const LONGEST_NAME = 60;

/** The mutes of an account, a line each. */
function muteLines({ all, scripts }: MuteList, most: number): string[] {
  const lines = scripts
    .slice(0, most)
    .map(({ name, until }) => `🔕 ${cut(name, LONGEST_NAME)} is muted until ${minuteOf(until)}\n`);
  if (all !== undefined) lines.unshift(`🔕 Everything is muted until ${minuteOf(all)}\n`);
  if (scripts.length > most) lines.push(`🔕 and ${scripts.length - most} more\n`);
  return lines;
}

/** The day on which an account was linked. */
export const dayOf = ({ linkedAt }: Pick<LinkedAccount, 'linkedAt'>): string =>
  linkedAt?.slice(0, 10) ?? 'an unknown day';

/**
 * Describes an account's link, how much waits, and what is muted, a line each.
 *
 * @param most how many mutes are listed
 * @throws Problem `mutes_unreadable`
 */
export async function accountSummary(
  { queued, mutes, host }: CommandParts,
  owner: LinkedAccount,
  most = MOST_MUTES,
): Promise<Piece[]> {
  const { user } = owner;
  const waiting = queued(user);
  return [
    { bold: user },
    ` on ${host}\nLinked since ${dayOf(owner)}\n`,
    waiting === 0 ? 'Nothing is waiting to be sent\n' : `${waiting} waiting to be sent\n`,
    ...muteLines(await mutes.list(owner), most),
  ];
}
