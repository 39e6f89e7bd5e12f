import { setTimeout as sleep } from 'node:timers/promises';
import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import type { LinkedAccount } from '../../links/linked-account.ts';
import { accountSummary } from '../account-summary.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { sentenceAbout } from '../format.ts';
import { compose, type Piece, reply } from '../reply.ts';
import { listPanel, type Panel, sendPanel } from '../scripts/panel.ts';

/** After this many characters the next account begins a new message; Telegram allows 4,096. */
const FULL = 1_200;
/** How long the chat's next command waits for the list of scripts, so that answers keep their order, milliseconds. */
const HELD_MS = 2_000;

/** Answers without scripts, in as few messages as the accounts fit into. */
async function plainly(ctx: Asked['ctx'], standings: readonly Piece[][]): Promise<void> {
  const pieces: Piece[] = [];
  for (const standing of standings) {
    if (compose(pieces).text.length > FULL) await reply(ctx, ...pieces.splice(0));
    pieces.push(...standing);
  }
  if (pieces.length > 0) await reply(ctx, ...pieces);
}

/** Codes of accounts that run no scripts; their status leaves the scripts out. */
const NOTHING_TO_SHOW: ReadonlySet<Code> = new Set(['not_set_up', 'unknown_user', 'refused_user']);

/** A panel, or a sentence why there is none, which may be empty. */
function panelOrWhy(parts: CommandParts, owner: LinkedAccount): Promise<Panel | string> {
  return listPanel(parts, owner, { kind: 'status', page: 0 }).catch((error: unknown) =>
    error instanceof Problem && NOTHING_TO_SHOW.has(error.code) ? '' : sentenceAbout(error),
  );
}

async function show(parts: CommandParts, asked: Asked, standings: readonly Piece[][]): Promise<void> {
  const { ctx, owners } = asked;
  const plain: Piece[][] = [];
  for (const [i, owner] of owners.entries()) {
    const standing = standings[i] ?? [];
    const panel = await panelOrWhy(parts, owner);
    if (panel === '') plain.push(standing);
    else if (typeof panel === 'string') plain.push([...standing, `⚠ ${panel}\n`]);
    else await sendPanel(asked, panel);
  }
  await plainly(ctx, plain);
}

/** `/status`: the link, how much waits, what is muted, and the scripts with their buttons. */
export const statusCommand: BotCommand = {
  name: 'status',
  description: 'Show your scripts with their buttons, your link, what waits, and what is muted',
  linkedOnly: true,
  asksWhenLate: false,
  async run(parts, asked) {
    const standings = await Promise.all(asked.owners.map((owner) => accountSummary(parts, owner)));
    const shown = parts.scripts.tasks.start('status', () => show(parts, asked, standings));
    const over = new AbortController();
    await Promise.race([shown, sleep(HELD_MS, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  },
};
