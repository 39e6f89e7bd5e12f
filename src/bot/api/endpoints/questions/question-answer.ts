import { type Question, stateOf } from '../../../../core/questions/question.ts';
import type { QuestionAnswer } from '../../../../shared/api/questions/questions.ts';
import type { Answer } from '../../http/answer.ts';
import { success } from '../../http/answer.ts';

const iso = (ms: number) => new Date(ms).toISOString();

function endFields({ choices, end }: Question): Partial<QuestionAnswer> {
  if (end === undefined) return {};
  const at = iso(end.at);
  if (end.state === 'expired') return { at };
  if (end.state === 'answered') return { at, by: end.by, choice: choices[end.choice] ?? '' };
  return { at, ...(end.by !== undefined && { by: end.by }), ...(end.reason !== undefined && { error: end.reason }) };
}

/** A question as its asker sees it. */
export function questionAnswerOf(question: Question): Answer {
  const { id, choices, places, askedAt, expiresAt } = question;
  return success<QuestionAnswer>({
    ok: true,
    id,
    state: stateOf(question),
    choices: [...choices],
    to: places.map(({ route }) => route.destination.name),
    asked_at: iso(askedAt),
    expires_at: iso(expiresAt),
    ...endFields(question),
  });
}
