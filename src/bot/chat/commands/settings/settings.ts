import { PERSON_SETTINGS } from '../../../../core/people/settings.ts';
import { Problem } from '../../../../core/problem.ts';
import { didYouMean } from '../../../../shared/text/did-you-mean.ts';
import type { LinkedAccount } from '../../../links/linked-account.ts';
import type { SettingsChange } from '../../../people/people.ts';
import type { BotCommand, CommandParts } from '../../command.ts';
import { oneLine } from '../../format.ts';
import { compose, type Piece, reply } from '../../reply.ts';
import { type ShownPerson, settingsKeyboard, settingsPieces } from './settings-message.ts';

/** Codes of refusals whose sentence helps the person. */
const HELPFUL = new Set(['bad_field', 'too_many_settings']);

/** The settings of every account of a chat. */
export function shownPeople(
  { people }: CommandParts,
  owners: readonly LinkedAccount[],
): Promise<readonly ShownPerson[]> {
  return Promise.all(owners.map(async (owner) => ({ owner, status: await people.settings(owner) })));
}

/** Changes a setting of every account of a chat. @returns why it can't be changed */
export async function changeAll(
  { people }: CommandParts,
  owners: readonly LinkedAccount[],
  change: SettingsChange,
): Promise<string | undefined> {
  try {
    for (const owner of owners) await people.changeSettings(owner, change);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && HELPFUL.has(error.code)) return oneLine(error.message, 1000);
    throw error;
  }
}

function unknownName(word: string): readonly Piece[] {
  const meant = didYouMean(word.toLowerCase(), PERSON_SETTINGS);
  const next = meant === undefined ? `there are ${PERSON_SETTINGS.join(', ')}.` : `did you mean ${meant}?`;
  return ['There is no setting ', { code: oneLine(word, 60) }, `; ${next}`];
}

/** `/settings [NAME VALUE]`: shows time zone, quiet hours and digest, and changes them. */
export const settingsCommand: BotCommand = {
  name: 'settings',
  usage: '[quiet 22:00-07:00 mon-fri | timezone Europe/Berlin | digest 15m]',
  description: 'Show or change your quiet hours, digest and time zone',
  linkedOnly: true,
  asksWhenLate: false,
  async run(parts, { ctx, owners, words }) {
    const [word, ...value] = words;
    const name = PERSON_SETTINGS.find((one) => one === word?.toLowerCase());
    if (word !== undefined && name === undefined) return reply(ctx, ...unknownName(word));
    if (name !== undefined && value.length > 0) {
      const refusal = await changeAll(parts, owners, { [name]: value.join(' ') });
      if (refusal !== undefined) return reply(ctx, refusal);
    }
    const shown = await shownPeople(parts, owners);
    const { text, entities } = compose(settingsPieces(shown));
    await ctx.reply(text, { entities, reply_markup: settingsKeyboard(shown) });
  },
};
