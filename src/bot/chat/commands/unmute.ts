import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { reply } from '../reply.ts';
import { meansEverything, readMuteRequest } from './mute-request.ts';
import { knownScripts, shownName, suggestion } from './script-names.ts';

/** What is muted by itself for any account of the chat. */
async function mutedScripts({ mutes }: CommandParts, { owners }: Asked): Promise<readonly string[]> {
  const lists = await Promise.all(owners.map((owner) => mutes.list(owner)));
  return lists.flatMap(({ scripts }) => scripts.map(({ name }) => name));
}

/** The name after `/unmute`; `undefined` for everything, and `false` for what is no name, such as a duration. */
function unmutedName(words: readonly string[], now: number): string | undefined | false {
  if (words.length === 0 || words.every(meansEverything)) return undefined;
  const request = readMuteRequest(words, now);
  if (request === undefined) return false;
  if (request.script === undefined) return request.until === undefined ? undefined : false;
  return request.script.split(' ').length === words.length ? request.script : false;
}

/** `/unmute [SCRIPT]`: ends a mute, or all of them. */
export const unmuteCommand: BotCommand = {
  name: 'unmute',
  usage: '[script]',
  description: 'Let notifications come again',
  linkedOnly: true,
  asksWhenLate: true,
  async run(parts, asked) {
    const { mutes } = parts;
    const { ctx, owners, words, rest } = asked;
    const muted = await mutedScripts(parts, asked);
    const script = muted.find((name) => name === rest) ?? unmutedName(words, parts.now());
    if (script === false) {
      return reply(ctx, 'I understand ', { code: '/unmute' }, ' and ', { code: '/unmute revenue_drop' }, '.');
    }
    const ended = await Promise.all(owners.map((owner) => mutes.unmute(owner, script)));
    const still = await Promise.all(owners.map((owner) => mutes.isMuted(owner, script)));
    const name = shownName(script);
    if (script !== undefined && !ended.includes(true)) {
      const known = muted.includes(script) ? undefined : await knownScripts(parts, asked);
      if (known !== undefined && !known.includes(script)) {
        return reply(ctx, 'There is no script ', name, '.', ...suggestion(script, [...muted, ...known]));
      }
      if (still.every((mute) => mute === false)) {
        return reply(ctx, name, ' is not muted by itself.', ...suggestion(script, muted));
      }
    }
    if (still.some((mute) => mute !== false)) {
      return reply(ctx, '🔕 Everything is muted, ', name, ' too; ', { code: '/unmute' }, ' alone ends that.');
    }
    await reply(ctx, '🔔 ', name, ' is no longer muted.');
  },
};
