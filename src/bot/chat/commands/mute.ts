import { Problem } from '../../../core/problem.ts';
import { LONGEST_SCRIPT_NAME } from '../../../core/script-name.ts';
import { shortDuration } from '../../../shared/text/duration.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { minutePiece } from '../format.ts';
import { type Piece, reply } from '../reply.ts';
import { type MuteRequest, readMuteRequest } from './mute-request.ts';
import { knownScripts, shownName, shownWord, suggestion } from './script-names.ts';
import { MOMENT_WORDS } from './times/spoken-moment.ts';

/** A mute that lasts until `/unmute`: a hundred years, in milliseconds. */
export const FOREVER_MS = 100 * 365.25 * 24 * 3_600_000;

const USAGE: readonly Piece[] = [
  'I understand ',
  { code: '/mute' },
  ' (for an hour), ',
  { code: '/mute 2h' },
  ', ',
  { code: '/mute until 18:00' },
  ', ',
  { code: '/mute tomorrow' },
  ', ',
  { code: '/mute forever' },
  ', each with a script’s name if it is for that script alone: ',
  { code: '/mute 2h revenue_drop' },
  '. ',
  { code: '/unmute' },
  ' ends a mute.',
];
/** Words that are no script's but a time's, for suggestions. */
const TIME_WORDS = [...MOMENT_WORDS, 'forever', 'everything', 'until'];

/** How long a mute lasts, as the answer says it. */
function spoken({ until, lasts, script }: MuteRequest): readonly Piece[] {
  // As plain text the command can be tapped; with a name, a tap would leave the name out.
  const command: Piece = script === undefined ? '/unmute' : { code: `/unmute ${shownWord(script)}` };
  if (until === undefined) return [' is muted until you send ', command, '. Critical ones still come.'];
  const when = lasts === undefined ? ['until ', minutePiece(until)] : [`for ${shortOrExact(lasts)}`];
  return [' is muted ', ...when, '. Critical ones still come; ', command, ' ends it.'];
}

/** `2h`; `1h 30m` where `2h` would be rounded. */
function shortOrExact(length: number): string {
  const units: readonly [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ];
  let rest = length;
  const said = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return said.length === 0 ? shortDuration(length) : said.join(' ');
}

/** Mutes a script of every account of the chat. @returns why one of them may mute no more */
async function muteAll(
  { mutes }: CommandParts,
  { owners }: Asked,
  until: number,
  script: string | undefined,
): Promise<string | undefined> {
  try {
    for (const owner of owners) await mutes.mute(owner, until, script);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'too_many_mutes') return error.message;
    throw error;
  }
}

/** `/mute [1h] [SCRIPT]`: records notifications without sending them, except `critical` ones. */
export const muteCommand: BotCommand = {
  name: 'mute',
  usage: '[2h | until 18:00 | forever] [script]',
  description: 'Hold notifications back for a while; critical ones still come',
  linkedOnly: true,
  asksWhenLate: true,
  async run(parts, asked) {
    const { ctx, words } = asked;
    const request = readMuteRequest(words, parts.now());
    if (request === undefined) return reply(ctx, ...USAGE);
    const { script, until = parts.now() + FOREVER_MS } = request;
    const known = script === undefined ? undefined : await knownScripts(parts, asked);
    if (script !== undefined && known !== undefined && !known.includes(script)) {
      const hint = suggestion(script, [...known, ...TIME_WORDS]);
      return reply(ctx, 'There is no script ', shownName(script), '.', ...hint, ' ', ...USAGE);
    }
    // Without the list, several words are hardly one name, nor is a word longer than any file's name.
    const isHardlyName = script?.includes(' ') || Buffer.byteLength(script ?? '') > LONGEST_SCRIPT_NAME;
    if (isHardlyName && known === undefined) return reply(ctx, ...USAGE);
    const refusal = await muteAll(parts, asked, until, script);
    if (refusal !== undefined) return reply(ctx, refusal);
    const unchecked =
      script === undefined || known !== undefined
        ? []
        : [' Your scripts can’t be listed here, so check the spelling.', ...suggestion(script, TIME_WORDS)];
    await reply(ctx, '🔕 ', shownName(script), ...spoken(request), ...unchecked);
  },
};
