import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import type { WebDependencies } from '../dependencies.ts';
import { strings } from '../strings.ts';

const words = strings.telegram;

/** Answers to users for the bot's error codes. */
const SENTENCES: Partial<Readonly<Record<Code, { readonly status: 400 | 429; readonly sentence: string }>>> = {
  unknown_code: { status: 400, sentence: words.wrongCode },
  expired_code: { status: 400, sentence: words.expiredCode },
  bad_field: { status: 400, sentence: words.notSixDigits },
  too_many_tries: { status: 429, sentence: words.tooManyTries },
};

/** The result of a code: the time of the link, or the error. */
export type RedeemResult =
  | { readonly linkedAt: string }
  | { readonly status: 400 | 429; readonly sentence: string; readonly code: Code };

/** Links a user with a six-digit code of the bot. @throws Problem if the bot can't check the code */
export async function redeem({ bot, deepLinks }: WebDependencies, user: string, typed: unknown): Promise<RedeemResult> {
  const digits = typeof typed === 'string' ? typed.replace(/[\s-]/g, '') : '';
  if (!/^\d{6}$/.test(digits)) return { status: 400, sentence: words.notSixDigits, code: 'bad_code' };
  try {
    const linkedAt = await bot.redeemCode(user, digits);
    deepLinks.forget(user);
    return { linkedAt };
  } catch (error) {
    const known = error instanceof Problem ? SENTENCES[error.code] : undefined;
    if (known === undefined || !(error instanceof Problem)) throw error;
    return { ...known, code: error.code };
  }
}
