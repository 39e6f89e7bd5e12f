import type { MuteList } from '../links/mutes.ts';
import type { Command } from './command.ts';
import { compose, type Piece, reply } from './reply.ts';

/** A time to the minute. @param time ms */
function shown(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Mutes shown for an account; with the longest names they take 2,700 characters. */
const MOST_SHOWN = 30;
const LONGEST_NAME = 60;
/** When so many characters are full, the next account begins a message of its own; one takes 4,096. */
const FULL = 1_200;

function cut(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
}

/** What there is to say of mutes, a line each. */
function muteLines({ all, scripts }: MuteList): string[] {
  const lines = scripts
    .slice(0, MOST_SHOWN)
    .map(({ name, until }) => `🔕 ${cut(name)} is muted until ${shown(until)}\n`);
  if (all !== undefined) lines.unshift(`🔕 Everything is muted until ${shown(all)}\n`);
  if (scripts.length > MOST_SHOWN) lines.push(`🔕 and ${scripts.length - MOST_SHOWN} more\n`);
  return lines;
}

/** `/status`: the link and what waits. */
export const statusCommand: Command = {
  name: 'status',
  description: 'Show your link, what waits, and what is muted',
  linkedOnly: true,
  async run({ queued, mutes, host }, { ctx, users, since }) {
    const pieces: Piece[] = [];
    for (const [i, user] of users.entries()) {
      if (compose(pieces).text.length > FULL) await reply(ctx, ...pieces.splice(0));
      const waiting = queued(user);
      pieces.push({ bold: user }, ` on ${host}\nLinked since ${since[i]}\n`);
      pieces.push(waiting === 0 ? 'Nothing is waiting to be sent\n' : `${waiting} waiting to be sent\n`);
      pieces.push(...muteLines(await mutes.list(user)));
    }
    await reply(ctx, ...pieces);
  },
};
