import { Problem } from '../../../core/problem.ts';
import { parseDuration, shortDuration } from '../../../shared/text/duration.ts';
import type { BotCommand } from '../command.ts';
import { reply } from '../reply.ts';

/** How long `/mute` lasts without a duration: an hour, in milliseconds. */
const USUAL_MS = 3_600_000;

/** A duration in milliseconds, or `undefined` for any other word. */
function durationOf(word: string | undefined): number | undefined {
  // A bare number would be read as milliseconds, which is never meant here.
  if (word === undefined || /^\d+$/.test(word)) return undefined;
  try {
    return parseDuration(word, 'mute');
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** Whether a word was meant as a duration, valid or not: a number, alone or with a unit. */
function meansDuration(word: string): boolean {
  const unit = /^[-+]?[\d.]+([a-z]*)$/i.exec(word)?.[1];
  return unit !== undefined && (unit === '' || durationOf(`1${unit}`) !== undefined);
}

/** A duration as the answer shows it: `2h`, or as it was typed where `2h` would be rounded. */
function spoken(length: number, typed: string | undefined): string {
  const short = shortDuration(length);
  return typed === undefined || durationOf(short) === length ? short : typed;
}

/** `/mute [1h] [SCRIPT]`: records notifications without sending them, except `critical` ones. */
export const muteCommand: BotCommand = {
  name: 'mute',
  usage: '[1h] [script]',
  description: 'Hold notifications back for a while; critical ones still come',
  linkedOnly: true,
  async run({ mutes, now }, { ctx, users, words }) {
    const length = durationOf(words[0]);
    const script = length === undefined ? words[0] : words[1];
    const spare = length === undefined ? words[1] : words[2];
    if (spare !== undefined || length === 0 || (script !== undefined && meansDuration(script))) {
      return reply(ctx, 'I understand /mute, /mute 2h, and /mute 2h revenue_drop (a script’s name).');
    }
    const lasts = length ?? USUAL_MS;
    for (const user of users) await mutes.mute(user, now() + lasts, script);
    await reply(
      ctx,
      '🔕 ',
      script === undefined ? { bold: 'Everything' } : { code: script },
      ` is muted for ${spoken(lasts, length === undefined ? undefined : words[0])}. Critical ones still come; /unmute ends it.`,
    );
  },
};

/** `/unmute [SCRIPT]`: ends a mute, or all of them. */
export const unmuteCommand: BotCommand = {
  name: 'unmute',
  usage: '[script]',
  description: 'Let notifications come again',
  linkedOnly: true,
  async run({ mutes }, { ctx, users, words }) {
    const script = words[0];
    for (const user of users) await mutes.unmute(user, script);
    const still = await Promise.all(users.map((user) => mutes.isMuted(user, script)));
    if (still.some((mute) => mute !== false)) {
      return reply(ctx, '🔕 Everything is muted, ', { code: script ?? '' }, ' too; /unmute alone ends that.');
    }
    await reply(ctx, '🔔 ', script === undefined ? { bold: 'Everything' } : { code: script }, ' is no longer muted.');
  },
};
