/** The message of a question in Telegram. Pure. */
import { isSameAccount } from '../../core/account.ts';
import type { Button } from '../../core/buttons.ts';
import type { Notification } from '../../core/notification.ts';
import { pressData, type Question, type QuestionEnd } from '../../core/questions/question.ts';
import { literal } from '../../shared/text/markdown-literal.ts';

/** The name of the feature in buttons and deliveries. */
export const PRESS_NAME = 'qu';
export const FEATURE = 'questions';

/** The key of a question's message. */
export const questionKey = (ref: string): string => `ask/${ref}`;

/** Buttons of a row, by the UTF-16 units of the longest: what a phone shows without cutting it. */
const ROWS = [
  { most: 8, inRow: 4 },
  { most: 16, inRow: 2 },
];

/** Rows of buttons, one for each choice. */
function buttonsOf({ ref, choices }: Question): readonly (readonly Button[])[] {
  const buttons = choices.map((text, choice) => ({ text, press: `${PRESS_NAME}:${pressData(ref, choice)}` }));
  const longest = Math.max(...choices.map(({ length }) => length));
  const inRow = ROWS.find(({ most }) => longest <= most)?.inRow ?? 1;
  const rows = Math.ceil(buttons.length / inRow);
  return Array.from({ length: rows }, (_, row) => buttons.slice(row * inRow, (row + 1) * inRow));
}

/** An unclosed code block would show the answer as code. */
function withoutOpenCode(text: string): string {
  let open: string | undefined;
  for (const [, fence = ''] of text.matchAll(/^ {0,3}(`{3,}|~{3,})/gm)) {
    if (open === undefined) open = fence;
    else if (fence.startsWith(open)) open = undefined;
  }
  return open === undefined ? text : `${text}\n${open}`;
}

const HOUR_MS = 3_600_000;
const SHORT_MS = 12 * HOUR_MS;

/** A time in each reader's zone; with the date if the question was open for long. */
const moment = ({ askedAt }: Question, at: number): string =>
  `<t:${Math.floor(at / 1000)}:${at - askedAt < SHORT_MS ? 't' : 'f'}>`;

function endText(question: Question, end: QuestionEnd): string {
  const time = moment(question, end.at);
  if (end.state === 'answered')
    return `✅ ${literal(question.choices[end.choice] ?? '')} — ${literal(end.by)}, ${time}`;
  if (end.state === 'expired') return `⌛ Expired without an answer (${time}).`;
  return end.by === undefined ? `🚫 Cancelled, ${time}` : `🚫 Cancelled by ${literal(end.by)}, ${time}`;
}

/** Names the asker if other people read the question. */
function titleOf({ owner, places }: Question): string {
  const isOwn = places.every(({ route: { person } }) => person !== undefined && isSameAccount(person, owner));
  return isOwn ? '❓ Question' : `❓ ${owner.user} asks`;
}

/**
 * The message of a question in its present state: with buttons, or with its end.
 *
 * It has a key, so that the end edits the message, and so does a request that is repeated after a crash.
 */
export function questionMessage(question: Question): Notification {
  const { ref, owner, text, end } = question;
  return {
    account: owner,
    title: titleOf(question),
    text: end === undefined ? text : `${withoutOpenCode(text)}\n\n${endText(question, end)}`,
    parseMode: 'Markdown',
    key: questionKey(ref),
    replace: true,
    // Exempt from quiet hours: a program waits for the answer, and buttons that no longer work must be marked.
    passes: end === undefined ? { quiet: true } : { quiet: true, mute: true },
    ...(end === undefined ? { buttons: buttonsOf(question) } : { silent: true }),
    origin: { feature: FEATURE, ref },
    media: [],
  };
}
