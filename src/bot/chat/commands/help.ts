import type { BotCommand } from '../command.ts';
import { type Piece, reply } from '../reply.ts';

/** `/help`: lists every command. @param commands all commands, including this one */
export function helpCommand(commands: () => readonly BotCommand[]): BotCommand {
  return {
    name: 'help',
    description: 'Show what I understand',
    linkedOnly: false,
    asksWhenLate: false,
    async run({ host, strangersHost }, { ctx, users }) {
      const lines = commands().flatMap(({ name, usage, description }): Piece[] => {
        const rest = usage === undefined ? '' : ` ${usage}`;
        return [`/${name}${rest} — ${description}\n`];
      });
      const about =
        users.length === 0
          ? '\nThis chat is not linked yet: begin with /start.'
          : `\nScripts in ~/user/notifications/ on ${host} report here; so does notify-runner send "text".`;
      await reply(
        ctx,
        { bold: `Notifications of ${users.length === 0 ? strangersHost : host}` },
        '\n\n',
        ...lines,
        about,
      );
    },
  };
}
