import type { RegisteredDestination } from '../../../core/destination.ts';
import type { RegistrationResult } from '../../destinations/registration.ts';
import { classify } from '../../telegram/classify.ts';
import { chatLabel, readersOf, readersText } from '../asking/linked.ts';
import { descriptionOf, placeOf } from '../chat-of.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { oneLine } from '../format.ts';
import { type Piece, reply } from '../reply.ts';

/** UTF-16 units of who may send that are shown. */
const SHOWN = 300;

/** What a place is called in a sentence. */
function placeWord({ type, threadId }: Pick<RegisteredDestination, 'type' | 'threadId'>): string {
  if (threadId !== undefined) return 'topic';
  return type === 'channel' ? 'channel' : 'group';
}

const newCode = (name: string): readonly Piece[] => [
  'Run ',
  { code: `notify-runner destination add ${name}` },
  ' on the server for a new one.',
];

/** Who may send to a destination, for a sentence. */
const sendersText = ({ owner, senders }: RegisteredDestination): string =>
  senders.includes('*') ? 'everybody on the server' : oneLine([owner.user, ...senders].join(', '), SHOWN);

function registeredPieces(
  host: string,
  destination: RegisteredDestination,
  previous: RegisteredDestination | undefined,
  readers: number | undefined,
): readonly Piece[] {
  const { name, owner } = destination;
  const moved =
    previous === undefined
      ? ''
      : ` It was ${chatLabel({ id: previous.chatId, type: previous.type, name: previous.title })} before; nothing more comes there.`;
  return [
    `✅ This ${placeWord(destination)} is the destination `,
    { bold: name },
    ` of ${owner.user} on ${host} now.${moved}${readersText(readers)}\n\nWho may send here: ${sendersText(destination)}. Try on the server:\n`,
    { code: `notify-runner destination test ${name}` },
  ];
}

function refusalPieces(result: Exclude<RegistrationResult, { readonly outcome: 'registered' }>): readonly Piece[] {
  switch (result.outcome) {
    case 'unknown':
      return ['This code is not known or was used already. ', ...newCode('NAME')];
    case 'expired':
      return ['This code has expired. ', ...newCode('NAME')];
    case 'too-many-tries':
      return ['Too many wrong codes. Try again in a minute; after twenty of them, in an hour.'];
    case 'needs-topic':
      return [{ code: result.name }, ' is the name of a topic: send the same in that topic of a group with topics.'];
    case 'taken':
      return [{ code: result.name }, ' belongs to somebody else by now. Choose another name: ', ...newCode('NAME')];
    case 'too-many':
      return ['The limit of destinations is reached; remove one on the server and send the same again.'];
  }
}

/** Answers in the place; a place that takes no answer takes no notifications either, which its owner hears of. */
async function answer(
  { registry }: CommandParts,
  { ctx }: Asked,
  isRegistered: boolean,
  pieces: readonly Piece[],
): Promise<void> {
  try {
    await reply(ctx, ...pieces);
  } catch (error) {
    const failure = classify(error);
    if (!isRegistered || failure.kind !== 'failed') throw error;
    await registry.refused(placeOf(ctx), failure.reason);
  }
}

/** Registers the place of a message by a code. */
export async function registerByCode(parts: CommandParts, asked: Asked, code: string): Promise<void> {
  const { ctx } = asked;
  const sender = ctx.senderChat?.id ?? ctx.from?.id ?? ctx.chat.id;
  const place = { ...placeOf(ctx), ...descriptionOf(ctx.chat) };
  const result = await parts.registry.complete(code, place, String(sender));
  if (result.outcome !== 'registered') {
    // The code of somebody who sent it twice is used; it has done what it was for.
    const here = result.outcome === 'unknown' ? await registeredHere(parts, asked) : [];
    return answer(parts, asked, false, [...refusalPieces(result), ...(here.length === 0 ? [] : ['\n\n', ...here])]);
  }
  const readers = await readersOf(ctx.api, { id: ctx.chat.id, type: ctx.chat.type });
  const pieces = registeredPieces(parts.host, result.destination, result.previous, readers);
  await answer(parts, asked, true, pieces);
}

/** The names of a place, in a sentence; none where it has none. */
async function registeredHere({ registry }: CommandParts, { ctx }: Asked): Promise<readonly Piece[]> {
  const place = placeOf(ctx);
  const here = await registry.at(place);
  if (here.length === 0) return [];
  const names = here.flatMap(({ name, owner }): Piece[] => [', ', { bold: name }, ` of ${owner.user}`]);
  return [`This ${placeWord({ type: ctx.chat.type, ...place })} is registered as `, ...names.slice(1), '.'];
}

async function explain(parts: CommandParts, asked: Asked): Promise<void> {
  const { ctx } = asked;
  const here = await registeredHere(parts, asked);
  await reply(
    ctx,
    ...here,
    here.length === 0 ? '' : '\n\n',
    { code: '/link CODE' },
    ` registers this ${placeWord({ type: ctx.chat.type, ...placeOf(ctx) })} as a destination of notifications. For a code, run `,
    { code: 'notify-runner destination add NAME' },
    ' on the server.',
  );
}

/** What somebody reads who sends a code of a destination to the bot alone. */
export const ELSEWHERE: readonly Piece[] = [
  { code: '/link CODE' },
  ' registers a group, a channel or a topic: send it there. This chat is linked with /start.',
];

/** `/link CODE`: registers the group, topic or channel as a destination. */
export const linkCommand: BotCommand = {
  name: 'link',
  usage: 'code',
  description: 'Register a group, channel or topic for notifications',
  linkedOnly: false,
  asksWhenLate: false,
  inChannels: true,
  async run(parts, asked) {
    const { ctx, words } = asked;
    if (ctx.chat.type === 'private') return reply(ctx, ...ELSEWHERE);
    await (words.length === 0 ? explain(parts, asked) : registerByCode(parts, asked, words.join('')));
  },
};
