/** The message that shows people's settings, and the buttons that change them. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { PersonSettingName } from '../../../../core/people/settings.ts';
import type { LinkedAccount } from '../../../links/linked-account.ts';
import type { PersonStatus } from '../../../people/people.ts';
import { minutePiece, oneLine } from '../../format.ts';
import type { Piece } from '../../reply.ts';

/** An account of the chat with its settings. */
export interface ShownPerson {
  readonly owner: LinkedAccount;
  readonly status: PersonStatus;
}

/** UTF-16 units of a value that the message shows. */
const SHOWN = 300;

/** Values that have a button, and the words on it. */
const CHOICES: readonly (readonly [PersonSettingName, string, string])[][] = [
  [
    ['quiet', '22:00-07:00', '🌙 22:00–07:00'],
    ['quiet', '20:00-08:00', '20:00–08:00'],
    ['quiet', 'off', 'off'],
  ],
  [
    ['digest', '15m', '📥 15m'],
    ['digest', '1h', '1h'],
    ['digest', 'off', 'off'],
  ],
];

/** The data of a button begins with this: `pe:NAME:VALUE`. */
const PREFIX = 'pe:';

/** A setting that a button changes; `undefined` where the data is none of these buttons'. */
export function pressedSetting(data: string): { readonly name: PersonSettingName; readonly value: string } | undefined {
  const found = CHOICES.flat().find(([name, value]) => data === `${PREFIX}${name}:${value}`);
  return found && { name: found[0], value: found[1] };
}

const valueLine = (label: string, value: string): Piece[] => [`${label}: `, { bold: oneLine(value, SHOWN) }, '\n'];

function personPieces({ owner, status: { settings, zone, quietUntil, held, summaryAt } }: ShownPerson): Piece[] {
  const isOwnZone = settings.timezone !== undefined;
  return [
    { bold: owner.user },
    '\n',
    ...valueLine('Time zone', isOwnZone ? zone : `${zone}, the server’s`),
    ...valueLine('Quiet hours', settings.quiet ?? 'off'),
    ...valueLine('Digest of mild messages', settings.digest ?? 'off'),
    ...(quietUntil === undefined ? [] : ['🌙 Quiet until ', minutePiece(quietUntil), '\n']),
    ...(held === 0
      ? []
      : [`📥 ${held} held back, summary `, ...(summaryAt === undefined ? ['soon'] : [minutePiece(summaryAt)]), '\n']),
    '\n',
  ];
}

const HELP: readonly Piece[] = [
  'In quiet hours only critical messages come, and one summary follows. A digest gathers ',
  { code: 'info' },
  ' and ',
  { code: 'low' },
  '. In words: ',
  { code: '/settings quiet 22:00-07:00 mon-fri' },
  ', ',
  { code: '/settings timezone Europe/Berlin' },
  ', ',
  { code: '/settings digest 15m' },
  ', ',
  { code: '/settings quiet off' },
  '.',
];

/** What the message says. @param people the accounts of the chat */
export const settingsPieces = (people: readonly ShownPerson[]): readonly Piece[] => [
  ...people.flatMap(personPieces),
  ...HELP,
];

/** Its buttons; the value that everybody of the chat has is marked. */
export function settingsKeyboard(people: readonly ShownPerson[]): InlineKeyboardMarkup {
  const isChosen = (name: PersonSettingName, value: string) =>
    people.every(({ status: { settings } }) => (settings[name] ?? 'off') === value);
  return {
    inline_keyboard: CHOICES.map((row) =>
      row.map(([name, value, words]) => ({
        text: isChosen(name, value) ? `✓ ${words}` : words,
        callback_data: `${PREFIX}${name}:${value}`,
      })),
    ),
  };
}
