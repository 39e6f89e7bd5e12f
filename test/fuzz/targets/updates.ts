import fc from 'fast-check';
import type { Target } from '../support/campaign.ts';
import type { Call } from '../support/pretend-telegram.ts';
import { CHATS, type Subject } from '../support/subject.ts';
import { anyText } from './markdown.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Linked chats whose questions must be answered after whatever came before; several, since each is answered once a second. */
const ASKERS = Object.values(CHATS).filter((id) => id >= 1000);
const PATIENCE_MS = 15_000;

const chats: readonly Json[] = [
  { id: 1, type: 'private', first_name: 'Ann' },
  { id: 2, type: 'private', first_name: 'Ben', username: 'ben' },
  { id: 77, type: 'private', first_name: '' },
  { id: -5, type: 'group', title: 'Team' },
  { id: -1_001_234_567_890, type: 'supergroup', title: 'Crew', is_forum: true },
  { id: -1_009_999_999_999, type: 'channel', title: 'News' },
];
const user = { id: 1, is_bot: false, first_name: 'Ann', language_code: 'en' };
const words = fc.constantFrom(
  ...[
    '/start',
    '/start 123456',
    '/start x'.padEnd(70, 'y'),
    '/Status',
    '/status@pretend_bot',
    '/run',
    '/run hello.sh',
    '/mute',
    '/mute 1h',
    '/mute 9e9y x',
  ],
  ...[
    '/unmute',
    '/whoami',
    '/test',
    '/unlink',
    '/help',
    '/nothing',
    '/',
    '//',
    '/start@other_bot',
    'hello',
    '',
    '\u0000',
    '/run ../../etc/passwd',
    '/mute \ud83d',
  ],
);
const text = fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: anyText });
const message = fc
  .tuple(
    fc.constantFrom(...chats),
    text,
    fc.constantFrom(
      'text',
      'photo',
      'voice',
      'location',
      'moved',
      'from',
      'members',
      'pinned',
      'forum',
      'paid',
      'nothing',
    ),
  )
  .map(([chat, said, kind]): Json => {
    const head = { message_id: 7, date: 1_700_000_000, chat: chat as Json, from: user };
    const kinds: Readonly<Record<string, Json>> = {
      text: {
        text: said,
        entities: said.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: said.length }] : [],
      },
      photo: { photo: [{ file_id: 'a', file_unique_id: 'b', width: 1, height: 1 }], caption: said },
      voice: { voice: { file_id: 'a', file_unique_id: 'b', duration: 1 } },
      location: { location: { latitude: 91.5, longitude: -1e300 } },
      moved: { migrate_to_chat_id: -1_007_777_777_777 },
      from: { migrate_from_chat_id: -5 },
      members: { new_chat_members: [user, user], left_chat_member: user },
      pinned: { pinned_message: { ...head, date: 0 } },
      forum: { forum_topic_created: { name: said, icon_color: 1 }, message_thread_id: 3, is_topic_message: true },
      paid: { successful_payment: { currency: 'XTR', total_amount: 1, invoice_payload: said } },
      nothing: {},
    };
    return { ...head, ...(kinds[kind] as object) };
  });
const member = fc
  .tuple(
    fc.constantFrom(...chats),
    fc.constantFrom('creator', 'administrator', 'member', 'restricted', 'left', 'kicked', 'other'),
  )
  .map(
    ([chat, status]): Json => ({
      chat,
      from: user,
      date: 1,
      old_chat_member: { status: 'member', user },
      new_chat_member: { status, user },
    }),
  );
const pressed = fc
  .tuple(
    fc.option(message, { nil: undefined }),
    fc.constantFrom('run', `s${'A'.repeat(22)}`, '', 'x'.repeat(64), 's', '\u0000'),
    fc.boolean(),
  )
  .map(
    ([under, data, old]): Json => ({
      id: '1',
      from: user,
      chat_instance: '1',
      data,
      ...(under === undefined
        ? { inline_message_id: 'x' }
        : { message: old ? { ...(under as object), date: 0 } : under }),
    }),
  );
const other: Json = {
  id: '1',
  user_id: 1,
  from: user,
  chat: chats[0] as Json,
  query: '',
  offset: '',
  date: 1,
  options: [],
  question: 'x',
};

/** Every kind of update there is. https://core.telegram.org/bots/api#update */
const update = fc.oneof(
  { weight: 8, arbitrary: message.map((one): Json => ({ message: one })) },
  { weight: 3, arbitrary: pressed.map((one): Json => ({ callback_query: one })) },
  { weight: 2, arbitrary: member.map((one): Json => ({ my_chat_member: one })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'edited_message',
          'channel_post',
          'edited_channel_post',
          'business_message',
          'edited_business_message',
          'guest_message',
        ),
        message,
      )
      .map(([kind, one]): Json => ({ [kind]: one })),
  },
  { weight: 1, arbitrary: member.map((one): Json => ({ chat_member: one })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        ...[
          'business_connection',
          'deleted_business_messages',
          'message_reaction',
          'message_reaction_count',
          'inline_query',
          'chosen_inline_result',
        ],
        ...[
          'shipping_query',
          'pre_checkout_query',
          'purchased_paid_media',
          'poll',
          'poll_answer',
          'chat_join_request',
          'chat_boost',
          'removed_chat_boost',
        ],
        ...['managed_bot', 'not_invented_yet'],
      )
      .map((kind): Json => ({ [kind]: other })),
  },
  { weight: 1, arbitrary: fc.constant<Json>({}) },
);

const ODD: readonly Json[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21],
  ...['', 'x', '1', '/start', '\u0000', 'x'.repeat(5000), [], {}, [null], { id: 'x' }, { id: 1e308 }],
];

/** Paths to everything inside a value. */
function pathsOf(value: Json, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changed(value: Json, [key, ...rest]: readonly string[], to: Json | undefined): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return to ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Json>;
  if (rest.length > 0) copy[key] = changed(copy[key] ?? null, rest, to);
  else if (to === undefined) delete copy[key];
  else copy[key] = to;
  return copy as unknown as Json;
}

const mangled = fc
  .tuple(update, fc.array(fc.tuple(fc.nat(), fc.option(fc.constantFrom(...ODD), { nil: undefined })), { maxLength: 3 }))
  .map(([one, changes]) =>
    changes.reduce<Json>((value, [at, to]) => {
      const paths = pathsOf(value).slice(1);
      return paths.length === 0 ? value : changed(value, paths[at % paths.length] ?? [], to);
    }, one),
  );
/** An update's number; without one given here it gets the next. */
const number = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, 'x', '5', -1, 0.5, 1e308, 2 ** 53, -(2 ** 60), [], {}, 0) },
);
const whole = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(mangled, number) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom<Json>(...ODD), number) },
);
const cases = fc
  .array(whole, { minLength: 1, maxLength: 20 })
  .map((all) => all.map(([one, id]): { update: Json; id: Json } => ({ update: one, id: id ?? 'next' })));
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Log lines about the service's own files: no update may break one. */
const BROKEN_FILE = /\.json/;

/** Whatever comes as an update, the service stays up, its files stay whole, and the next message is answered. */
export function updates(subject: Subject): Target<Case> {
  const isUpdate = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const numbered = (value: Json, id: Json): Json =>
    isUpdate(value) ? { ...(value as object), update_id: id === 'next' ? subject.telegram.nextUpdateId() : id } : value;
  let asked = 0;
  const nextAsker = (): number => {
    asked += 1;
    return ASKERS[asked % ASKERS.length] ?? 0;
  };
  const question = (id: number): Json => {
    const chat = { id, type: 'private', first_name: 'Eve' };
    return { message: { message_id: 1, date: 1, chat, from: { ...user, id }, text: '/help' } };
  };
  return {
    name: 'updates',
    share: 0.2,
    time: 0.15,
    cases,
    async check(all) {
      const asker = nextAsker();
      const answers = ({ method, fields }: Call) => method === 'sendMessage' && fields.chat_id === asker;
      const answered = subject.telegram.nextCall(answers, PATIENCE_MS);
      answered.catch(() => {});
      subject.telegram.give([
        ...all.map(({ update: one, id }) => numbered(one, id)),
        numbered(question(asker), 'next'),
      ]);
      await answered.catch((error: Error) => {
        throw new Error(`${error.message}:\n${subject.tail()}`);
      });
      subject.assertWell();
      const { body } = await subject.client.request('GET', '/health');
      const reasons = (body as { reasons?: string[] }).reasons ?? [];
      if (reasons.some((reason) => BROKEN_FILE.test(reason))) throw new Error(reasons.join('\n'));
    },
    async measured() {
      return { ...(await subject.measured()), 'not handled': subject.unhandled.length };
    },
  };
}
