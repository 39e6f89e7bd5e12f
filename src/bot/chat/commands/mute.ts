import { didYouMean } from '../../../shared/text/did-you-mean.ts';
import { shortDuration } from '../../../shared/text/duration.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { localMinuteOf, oneLine } from '../format.ts';
import { type Piece, reply } from '../reply.ts';
import { type MuteRequest, readMuteRequest } from './mute-request.ts';

/** A mute that lasts until `/unmute`: a hundred years, in milliseconds. */
export const FOREVER_MS = 100 * 365.25 * 24 * 3_600_000;
/** The list of scripts may take this long to check a name, milliseconds. */
const CHECK_MS = 3000;
/** UTF-16 units of a name that are shown. */
const SHOWN_NAME = 60;

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
  '.',
];

/** The scripts of a chat's accounts, by name and by stem; `undefined` when no account's can be listed. */
async function knownScripts({ scripts }: CommandParts, { users }: Asked): Promise<readonly string[] | undefined> {
  const signal = AbortSignal.any([scripts.tasks.stopping, AbortSignal.timeout(CHECK_MS)]);
  const lists = await Promise.allSettled(users.map((user) => scripts.actor.list(user, signal)));
  const found = lists.flatMap((list) => (list.status === 'fulfilled' ? [list.value] : []));
  return found.length === 0 ? undefined : found.flat().flatMap(({ name, stem }) => [name, stem]);
}

/** How long a mute lasts, as the answer says it. */
function spoken({ until, lasts }: MuteRequest): string {
  if (until === undefined) return 'until you send /unmute';
  return lasts === undefined ? `until ${localMinuteOf(until)}` : `for ${shortOrExact(lasts)}`;
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

/** `/mute [1h] [SCRIPT]`: records notifications without sending them, except `critical` ones. */
export const muteCommand: BotCommand = {
  name: 'mute',
  usage: '[2h | until 18:00 | forever] [script]',
  description: 'Hold notifications back for a while; critical ones still come',
  linkedOnly: true,
  asksWhenLate: true,
  async run(parts, asked) {
    const { ctx, users, words } = asked;
    const request = readMuteRequest(words, parts.now());
    if (request === undefined) return reply(ctx, ...USAGE);
    const { script, until = parts.now() + FOREVER_MS } = request;
    const known = script === undefined ? undefined : await knownScripts(parts, asked);
    if (script !== undefined && known !== undefined && !known.includes(script)) {
      const meant = didYouMean(script, known);
      const hint: readonly Piece[] = meant === undefined ? [] : [' Did you mean ', { code: meant }, '?'];
      return reply(ctx, 'There is no script ', { code: oneLine(script, SHOWN_NAME) }, '.', ...hint, ' ', ...USAGE);
    }
    for (const user of users) await parts.mutes.mute(user, until, script);
    await reply(
      ctx,
      '🔕 ',
      script === undefined ? { bold: 'Everything' } : { code: oneLine(script, SHOWN_NAME) },
      ` is muted ${spoken(request)}. Critical ones still come; /unmute ends it.`,
      script !== undefined && known === undefined ? ' Your scripts can’t be listed here, so check the spelling.' : '',
    );
  },
};

/** What is muted by itself for any account of the chat. */
async function mutedScripts({ mutes }: CommandParts, users: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(users.map((user) => mutes.list(user)));
  return lists.flatMap(({ scripts }) => scripts.map(({ name }) => name));
}

/** `/unmute [SCRIPT]`: ends a mute, or all of them. */
export const unmuteCommand: BotCommand = {
  name: 'unmute',
  usage: '[script]',
  description: 'Let notifications come again',
  linkedOnly: true,
  asksWhenLate: true,
  async run(parts, { ctx, users, words }) {
    const { mutes } = parts;
    const [word, ...spare] = words;
    if (spare.length > 0) {
      return reply(ctx, 'I understand ', { code: '/unmute' }, ' and ', { code: '/unmute revenue_drop' }, '.');
    }
    const script = word?.toLowerCase() === 'all' || word?.toLowerCase() === 'everything' ? undefined : word;
    const muted = script === undefined ? [] : await mutedScripts(parts, users);
    const ended = await Promise.all(users.map((user) => mutes.unmute(user, script)));
    const still = await Promise.all(users.map((user) => mutes.isMuted(user, script)));
    const name = script === undefined ? { bold: 'Everything' } : { code: oneLine(script, SHOWN_NAME) };
    if (still.some((mute) => mute !== false)) {
      return reply(ctx, '🔕 Everything is muted, ', name, ' too; /unmute alone ends that.');
    }
    if (script !== undefined && !ended.includes(true)) {
      const meant = didYouMean(script, muted);
      const hint: readonly Piece[] = meant === undefined ? [] : [' Did you mean ', { code: meant }, '?'];
      return reply(ctx, name, ' is not muted by itself.', ...hint);
    }
    await reply(ctx, '🔔 ', name, ' is no longer muted.');
  },
};
