import * as v from 'valibot';
import { describe, fieldsOf, maybe, user } from '../body/fields.ts';

const SIX_DIGITS = /^\d{6}$/;

const wrong = (issue: v.BaseIssue<unknown>) => {
  const found = describe(issue.input);
  if (typeof issue.input !== 'number') return `expected a string of six digits, found ${found}.`;
  return `expected a string of six digits, found the number ${found}: put it in quotes, a number loses its leading zeros.`;
};

/** `POST /link`. */
export const linkBody = fieldsOf({
  user: maybe(user),
  code: maybe(v.pipe(v.string(wrong), v.trim(), v.regex(SIX_DIGITS, wrong))),
});
