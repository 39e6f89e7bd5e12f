/** The marks of MarkdownV2. https://core.telegram.org/bots/api#markdownv2-style */

/** Must be escaped by a backslash, outside of code. */
export const RESERVED = '_*[]()~`>#+-=|{}.!\n';
/** Opening marks, longer ones first. */
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
/** Closing marks; italics are handled separately, because their mark also begins an underline. */
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
/** Names of entities in errors. */
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
