/** A question that a program asks people in Telegram, with buttons for its answers. */
import type { KnownAccount } from '../account.ts';
import type { Route } from '../destination.ts';

/** How a question stands. */
export const QUESTION_STATES = ['open', 'answered', 'expired', 'cancelled'] as const;
export type QuestionState = (typeof QUESTION_STATES)[number];

/** UTF-16 units of a question: with its answer it fits one message of Telegram's. */
export const MAX_QUESTION = 2000;
/** Choices of a question, and UTF-16 units of one. */
export const MIN_CHOICES = 2;
export const MAX_CHOICES = 8;
export const MAX_CHOICE = 64;
/** Who may answer: names. */
export const MAX_MAY = 20;
/** The choices and the time unless the asker says, and the bounds of the time, ms. */
export const DEFAULT_CHOICES: readonly string[] = ['Yes', 'No'];
export const DEFAULT_TIMEOUT_MS = 10 * 60_000;
export const MIN_TIMEOUT_MS = 1000;
export const MAX_TIMEOUT_MS = 7 * 24 * 3_600_000;

/** What somebody asks. */
export interface QuestionDraft {
  /** Who asks. */
  readonly owner: KnownAccount;
  /** Markdown. */
  readonly text: string;
  /** Different ones, in the order of their buttons. */
  readonly choices: readonly string[];
  /** How long it may be answered, ms. */
  readonly timeoutMs: number;
  /** Who may answer in a group: user names, `%group`, `*` for everybody there; see `docs/questions.md` for the default. */
  readonly may?: readonly string[];
  /** The asker's name for it: the same one is asked once. */
  readonly id?: string;
}

/** Where a question is asked. Its place in the list names it. */
export interface AskedPlace {
  readonly route: Route;
  /** The message that shows it, once Telegram has it; its chat is another one where the group moved before. */
  readonly shown?: { readonly chatId: number; readonly messageId: number };
  /** Why it will not be shown there: the chat is muted, or Telegram refuses it. */
  readonly missed?: string;
  /** The edit that shows the end is on its way. */
  readonly isClosed?: true;
}

/** How a question ended. Times in ms since 1970. */
export type QuestionEnd =
  | {
      readonly state: 'answered';
      readonly at: number;
      /** The number of the choice, from 0. */
      readonly choice: number;
      /** Who answered, as others are shown. */
      readonly by: string;
      /** Telegram's id of that person. */
      readonly telegramId: number;
    }
  | { readonly state: 'expired'; readonly at: number }
  | {
      readonly state: 'cancelled';
      readonly at: number;
      /** Who cancelled it; absent where nobody could be asked. */
      readonly by?: string;
      /** Why nobody could be asked. */
      readonly reason?: string;
    };

/** A question that was asked. Times in ms since 1970. */
export interface Question {
  /** Names it in buttons and deliveries; nobody can guess it. */
  readonly ref: string;
  /** Its name for the asker: theirs, or `ref`. */
  readonly id: string;
  readonly owner: KnownAccount;
  readonly text: string;
  readonly choices: readonly string[];
  readonly may?: readonly string[];
  readonly places: readonly AskedPlace[];
  /** Of what was asked, to tell a repeated request from another one of the same id. */
  readonly digest: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  /** Absent while it is open. */
  readonly end?: QuestionEnd;
}

export const stateOf = ({ end }: Pick<Question, 'end'>): QuestionState => end?.state ?? 'open';

/** Letters and digits of a `ref`, 80 random bits. */
const REF_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const REF_LENGTH = 16;

/** A `ref`. @param random `REF_LENGTH` bytes that cannot be predicted */
export const questionRef = (random: Uint8Array): string =>
  [...random.subarray(0, REF_LENGTH)].map((byte) => REF_ALPHABET[byte % REF_ALPHABET.length]).join('');

/** What a button of a question carries behind its feature's name. */
export const pressData = (ref: string, choice: number): string => `${ref}:${choice}`;

const PRESS_DATA = /^([0-9A-Z]{16}):([0-7])$/;

/** Reads it; `undefined` for any other text. */
export function readPressData(data: string): { readonly ref: string; readonly choice: number } | undefined {
  const [, ref, choice] = PRESS_DATA.exec(data) ?? [];
  return ref === undefined ? undefined : { ref, choice: Number(choice) };
}
