import type { Command } from './command.ts';
import { type Piece, reply } from './reply.ts';

/** A time to the minute. @param time ms */
function shown(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `/status`: the link and what waits. */
export const statusCommand: Command = {
  name: 'status',
  description: 'Show your link, what waits, and what is muted',
  linkedOnly: true,
  async run({ queued, mutes, host }, { ctx, users, since }) {
    const pieces: Piece[] = [];
    for (const [i, user] of users.entries()) {
      const waiting = queued(user);
      const muted = await mutes.list(user);
      pieces.push({ bold: user }, ` on ${host}\nLinked since ${since[i]}\n`);
      pieces.push(waiting === 0 ? 'Nothing is waiting to be sent\n' : `${waiting} waiting to be sent\n`);
      if (muted.all !== undefined) pieces.push(`🔕 Everything is muted until ${shown(muted.all)}\n`);
      for (const { name, until } of muted.scripts) pieces.push(`🔕 ${name} is muted until ${shown(until)}\n`);
    }
    await reply(ctx, ...pieces);
  },
};
