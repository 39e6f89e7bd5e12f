/** Questions on the socket: what `POST /ask` takes, and what it answers. `docs/openapi.yaml` explains the fields. */
import * as v from 'valibot';
import { QUESTION_STATES } from '../../../core/questions/question.ts';
import * as field from '../fields.ts';
import * as question from './question-fields.ts';

const { maybe } = field;

/** `POST /ask` */
export const askBody = field.fieldsOf({
  user: maybe(field.user),
  to: maybe(field.to),
  text: question.text,
  choices: maybe(question.choices),
  timeout: maybe(question.timeout),
  may: maybe(question.may),
  id: maybe(field.id),
});
export type AskBody = v.InferInput<typeof askBody>;

const text = v.string();
const optional = v.exactOptional(text);

/** `POST /ask`, `GET` and `DELETE /ask/{id}` */
export const questionAnswer = v.object({
  ok: v.literal(true),
  id: text,
  state: v.picklist(QUESTION_STATES),
  choices: v.array(text),
  /** The destinations that it goes to, by name. */
  to: v.array(text),
  asked_at: text,
  expires_at: text,
  /** What was chosen, once it is answered. */
  choice: optional,
  /** Who answered or cancelled it. */
  by: optional,
  /** When it ended. */
  at: optional,
  /** Why it was cancelled, where nobody could see it. */
  error: optional,
});
export type QuestionAnswer = v.InferOutput<typeof questionAnswer>;
