import { setTimeout as sleep } from 'node:timers/promises';
import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import type { LinkedAccount } from '../../links/linked-account.ts';
import { accountSummary } from '../account-summary.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { sentenceAbout } from '../format.ts';
import { compose, type Piece, reply } from '../reply.ts';
import { listPanel, type Panel, sendPanel } from '../scripts/panel.ts';

/** When so many characters are full, the next account begins a message of its own; one takes 4,096. */
const FULL = 1_200;
/** For how long the chat's next command waits for the list of scripts, so that answers keep their order; ms. */
const HELD_MS = 2_000;

/** The answer where no scripts can be shown: as few messages as the accounts fit into. */
async function plainly(ctx: Asked['ctx'], standings: readonly Piece[][]): Promise<void> {
  const pieces: Piece[] = [];
  for (const standing of standings) {
    if (compose(pieces).text.length > FULL) await reply(ctx, ...pieces.splice(0));
    pieces.push(...standing);
  }
  if (pieces.length > 0) await reply(ctx, ...pieces);
}

/** Problems of an account that runs no scripts, which its status needn't tell of. */
const NOTHING_TO_SHOW: ReadonlySet<Code> = new Set(['not_set_up', 'unknown_user', 'refused_user']);

/** A panel, or, where there is none, the sentence that says why, which may be empty. */
function panelOrWhy(parts: CommandParts, owner: LinkedAccount): Promise<Panel | string> {
  return listPanel(parts, owner, { kind: 'status', page: 0 }).catch((error: unknown) =>
    error instanceof Problem && NOTHING_TO_SHOW.has(error.code) ? '' : sentenceAbout(error),
  );
}

async function show(parts: CommandParts, { ctx, owners }: Asked, standings: readonly Piece[][]): Promise<void> {
  const plain: Piece[][] = [];
  for (const [i, owner] of owners.entries()) {
    const standing = standings[i] ?? [];
    const panel = await panelOrWhy(parts, owner);
    if (panel === '') plain.push(standing);
    else if (typeof panel === 'string') plain.push([...standing, `⚠ ${panel}\n`]);
    else await sendPanel(ctx.api, ctx.chat.id, panel);
  }
  await plainly(ctx, plain);
}

/** `/status`: the link, what waits, what is muted, and the scripts with their buttons. */
export const statusCommand: BotCommand = {
  name: 'status',
  description: 'Show your scripts with their buttons, your link, what waits, and what is muted',
  linkedOnly: true,
  async run(parts, asked) {
    const standings = await Promise.all(asked.owners.map((owner) => accountSummary(parts, owner)));
    const shown = parts.scripts.tasks.start('status', () => show(parts, asked, standings));
    const over = new AbortController();
    await Promise.race([shown, sleep(HELD_MS, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  },
};
