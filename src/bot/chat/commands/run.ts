import type { LinkedAccount } from '../../links/linked-account.ts';
import { threadField, threadOf } from '../chat-of.ts';
import { type Asked, type BotCommand, type CommandParts, updateKey } from '../command.ts';
import { oneLine, sentenceAbout } from '../format.ts';
import { compose, reply } from '../reply.ts';
import { listPanel, sendPanel } from '../scripts/panel.ts';
import { followRun } from '../scripts/run-message.ts';
import { runButton } from '../scripts/script-list.ts';
import { shownName, suggestion } from './script-names.ts';

/** Lists the scripts that can be run. */
async function list(parts: CommandParts, asked: Asked): Promise<void> {
  const { ctx, owners } = asked;
  const problems = new Set<string>();
  for (const owner of owners) {
    const view = { kind: 'run', page: 0 } as const;
    const panel = await listPanel(parts, owner, view).catch((error: unknown) => sentenceAbout(error));
    if (typeof panel === 'string') problems.add(panel);
    else await sendPanel(asked, panel);
  }
  if (problems.size > 0) await reply(ctx, [...problems].join('\n'));
}

/** Begins a run; resolves when it is durable. The run itself goes on in the background. */
async function launch(parts: CommandParts, { ctx }: Asked, owner: LinkedAccount, script: string): Promise<void> {
  const request = { update: updateKey(ctx), owner, script, ...threadField(threadOf(ctx.msg)) };
  const launched = await parts.scripts.launch(request);
  if (launched.outcome === 'known') return;
  if (launched.outcome === 'refused') return reply(ctx, launched.why);
  void parts.scripts.tasks.start('run', () => followRun(parts, ctx.api, request, launched));
}

/** The accounts of a chat that have a script of this name, and the names of all scripts. */
async function havingIt(
  { scripts }: CommandParts,
  owners: readonly LinkedAccount[],
  name: string,
): Promise<{ readonly having: readonly LinkedAccount[]; readonly known: readonly string[] }> {
  const having: LinkedAccount[] = [];
  const known: string[] = [];
  for (const owner of owners) {
    // An account whose scripts can't be listed has nothing to run.
    const all = await scripts.actor.list(owner.user, scripts.tasks.stopping).catch(() => []);
    const names = all.flatMap((script) => [script.name, script.stem]);
    if (names.includes(name)) having.push(owner);
    known.push(...names);
  }
  return { having, known };
}

/** With several accounts: runs the script of the only account that has it, or asks which account is meant. */
async function runOfSeveral(parts: CommandParts, asked: Asked): Promise<void> {
  const { ctx, owners, users, rest } = asked;
  const { having, known } = await havingIt(parts, owners, rest);
  const name = shownName(rest);
  const [only] = having;
  if (only === undefined) {
    const whose = oneLine(users.join(', '), 500);
    return reply(
      ctx,
      'None of ',
      whose,
      ' has a script ',
      name,
      '; /run alone lists them.',
      ...suggestion(rest, known),
    );
  }
  if (having.length === 1) return launch(parts, asked, only, rest);
  const sheet = parts.buttons.sheet(ctx.chat.id, { kind: 'one' });
  const rows = having.slice(0, 20).map((owner) => [runButton(sheet, owner, rest, `for ${owner.user}`)]);
  const { text, entities } = compose(['Several accounts have ', name, ': whose is to run?']);
  const sent = await ctx.reply(text, { entities, reply_markup: { inline_keyboard: rows } });
  sheet.bind(sent.message_id);
}

/** `/run NAME`: runs a script; `/run` lists the scripts. */
export const runCommand: BotCommand = {
  name: 'run',
  usage: '[script]',
  description: 'Run a script now, or list what can be run',
  linkedOnly: true,
  asksWhenLate: true,
  async run(parts, asked) {
    const { tasks } = parts.scripts;
    const [owner, ...others] = asked.owners;
    if (owner === undefined) return;
    if (asked.rest === '') void tasks.start('run list', () => list(parts, asked));
    else if (others.length > 0) void tasks.start('run', () => runOfSeveral(parts, asked));
    else await launch(parts, asked, owner, asked.rest);
  },
};
