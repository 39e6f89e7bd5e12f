/** The marks of MarkdownV2. https://core.telegram.org/bots/api#markdownv2-style */

/** Stand for themselves only behind a backslash, outside of code. */
export const RESERVED = '_*[]()~`>#+-=|{}.!\n';
/** What begins an entity; the longer first. */
export const OPENINGS: ReadonlyArray<readonly [mark: string, type: string]> = [
  ['```', 'pre'],
  ['__', 'underline'],
  ['||', 'spoiler'],
  ['![', 'custom_emoji'],
  ['_', 'italic'],
  ['*', 'bold'],
  ['~', 'strikethrough'],
  ['[', 'text_link'],
  ['`', 'code'],
];
/** What ends an entity; italics, whose mark also begins an underline, are looked at apart. */
export const CLOSINGS: Readonly<Record<string, string>> = {
  pre: '```',
  underline: '__',
  spoiler: '||',
  custom_emoji: ']',
  bold: '*',
  strikethrough: '~',
  text_link: ']',
  code: '`',
};
/** How errors name an entity. */
export const NAMES: Readonly<Record<string, string>> = {
  pre: 'Pre',
  underline: 'Underline',
  spoiler: 'Spoiler',
  custom_emoji: 'CustomEmoji',
  italic: 'Italic',
  bold: 'Bold',
  strikethrough: 'Strikethrough',
  text_link: 'TextUrl',
  code: 'Code',
  blockquote: 'BlockQuote',
};
