/** Questions as the storage keeps them. */
import * as v from 'valibot';
import type { AskedPlace, Question, QuestionEnd } from '../../core/questions/question.ts';
import type { JsonObject } from '../../shared/json/json-object.ts';
import type { RecordChange, StoredRecord } from '../../storage/ports.ts';

const KIND = 'question';

const number = v.pipe(v.number(), v.safeInteger());
const maybe = <const T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);

const PLACE = v.object({
  to: v.string(),
  chat_id: number,
  thread_id: maybe(number),
  /** The person, if it is a person's chat. */
  person: maybe(v.object({ user: v.string(), uid: maybe(number) })),
  shown: maybe(v.object({ chat_id: number, message_id: number })),
  missed: maybe(v.string()),
  closed: maybe(v.literal(true)),
});

const END = v.variant('state', [
  v.object({ state: v.literal('answered'), at: number, choice: number, by: v.string(), telegram_id: number }),
  v.object({ state: v.literal('expired'), at: number }),
  v.object({ state: v.literal('cancelled'), at: number, by: maybe(v.string()), reason: maybe(v.string()) }),
]);

const QUESTION = v.object({
  id: v.string(),
  user: v.string(),
  uid: number,
  text: v.string(),
  choices: v.array(v.string()),
  may: maybe(v.array(v.string())),
  places: v.array(PLACE),
  digest: v.string(),
  asked_at: number,
  expires_at: number,
  end: maybe(END),
});

function placeFrom({ to, chat_id, thread_id, person, shown, missed, closed }: v.InferOutput<typeof PLACE>): AskedPlace {
  const destination = { name: to, chatId: chat_id, ...(thread_id !== undefined && { threadId: thread_id }) };
  const account = person && { user: person.user, uid: person.uid };
  return {
    route: { destination, ...(account !== undefined && { person: account }) },
    ...(shown !== undefined && { shown: { chatId: shown.chat_id, messageId: shown.message_id } }),
    ...(missed !== undefined && { missed }),
    ...(closed !== undefined && { isClosed: closed }),
  };
}

function endFrom(end: v.InferOutput<typeof END>): QuestionEnd {
  if (end.state !== 'answered') return end;
  const { telegram_id: telegramId, ...rest } = end;
  return { ...rest, telegramId };
}

/** The question of a record; `undefined` for an invalid record. */
export function questionFrom({ kind, key, value }: StoredRecord): Question | undefined {
  const found = kind === KIND ? v.safeParse(QUESTION, value) : undefined;
  if (found?.success !== true) return undefined;
  const { user, uid, places, asked_at: askedAt, expires_at: expiresAt, end, ...rest } = found.output;
  return {
    ...rest,
    ref: key,
    owner: { user, uid },
    places: places.map(placeFrom),
    askedAt,
    expiresAt,
    ...(end !== undefined && { end: endFrom(end) }),
  };
}

function placeFields({ route: { destination, person }, shown, missed, isClosed }: AskedPlace): JsonObject {
  return {
    to: destination.name,
    chat_id: destination.chatId,
    ...(destination.threadId !== undefined && { thread_id: destination.threadId }),
    ...(person && { person: { user: person.user, ...(person.uid !== undefined && { uid: person.uid }) } }),
    ...(shown && { shown: { chat_id: shown.chatId, message_id: shown.messageId } }),
    ...(missed !== undefined && { missed }),
    ...(isClosed && { closed: isClosed }),
  };
}

function endFields(end: QuestionEnd): JsonObject {
  if (end.state !== 'answered') return end;
  const { telegramId, ...rest } = end;
  return { ...rest, telegram_id: telegramId };
}

/** The change that stores a question. */
export function recordOf(question: Question): RecordChange {
  const { ref, id, owner, text, choices, may, places, digest, askedAt, expiresAt, end } = question;
  return {
    kind: KIND,
    key: ref,
    value: {
      id,
      ...owner,
      text,
      choices,
      ...(may !== undefined && { may }),
      places: places.map(placeFields),
      digest,
      asked_at: askedAt,
      expires_at: expiresAt,
      ...(end !== undefined && { end: endFields(end) }),
    },
  };
}

/** The change that removes it. */
export const removalOf = ({ ref }: Question): RecordChange => ({ kind: KIND, key: ref, value: undefined });
