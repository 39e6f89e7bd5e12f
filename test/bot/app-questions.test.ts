import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RegisteredDestination } from '../../src/core/destination.ts';
import type { SandboxMessage } from '../../src/sandbox/model.ts';
import type { QuestionAnswer } from '../../src/shared/api/questions/questions.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
const EVE = 303;
const IDA = 404;
const OPS = -1001;
const BOARD = -1002;
let bot: RunningBot;

async function register(name: string, chatId: number, more: Partial<RegisteredDestination> = {}): Promise<void> {
  const ben = await bot.people.accounts.byName('ben');
  const { destinations } = openStorage({ dataDir: bot.dataDir });
  const owner = { user: 'ben', uid: ben?.uid };
  await destinations.register({ name, chatId, owner, senders: [], type: 'supergroup', title: name, ...more });
}

beforeAll(async () => {
  bot = await startBot({ people: ['ben', 'eve', 'ida'], links: { ben: BEN, eve: EVE, ida: IDA } });
  for (const chat of [OPS, BOARD]) bot.sandbox.admit(chat);
  await register('ops', OPS, { senders: ['eve'] });
  await register('board', BOARD);
});
afterAll(() => bot.stop());

async function ask(body: object): Promise<QuestionAnswer> {
  const { status, body: answer } = await bot.client.request('POST', '/ask', { user: 'ben', ...body });
  expect([status, answer]).toMatchObject([200, { ok: true }]);
  return answer as QuestionAnswer;
}
const refused = async (body: object) => {
  const { status, body: answer } = await bot.client.request('POST', '/ask', { user: 'ben', text: 'Now?', ...body });
  return [status, (answer as { code: string }).code, (answer as { error: string }).error] as const;
};
const stateOf = async (id: string, wait = 0) =>
  (await bot.client.request('GET', `/ask/${id}?user=ben&wait=${wait}`)).body as QuestionAnswer;

/** The message of a question once it is there. */
const shown = (chat: number, text: string): Promise<SandboxMessage> =>
  bot.sandbox.waitFor(
    (m) => m.chat_id === chat && m.text?.includes(text) === true && m.reply_markup !== undefined,
    30_000,
  );

const buttonsOf = (message: SandboxMessage) =>
  (message.reply_markup?.inline_keyboard ?? []).flat().map(({ text, callback_data: data = '' }) => ({ text, data }));

async function press(message: SandboxMessage, choice: number, from: number, data?: string) {
  const before = bot.sandbox.answers.length;
  const who = { id: from, first_name: `P${from}` };
  bot.sandbox.press(message.chat_id, message.message_id, data ?? buttonsOf(message)[choice]?.data ?? '', who);
  return waitFor(() => bot.sandbox.answers[before]);
}

const textOf = (chat: number, id: number) => bot.sandbox.messages(chat).find((m) => m.message_id === id)?.text;
/** The text of a message once it shows how its question ended. */
const closed = ({ chat_id, message_id }: SandboxMessage, end: RegExp) =>
  waitFor(() => (end.test(textOf(chat_id, message_id) ?? '') ? textOf(chat_id, message_id) : undefined));

describe('a question', () => {
  test('is answered by a button in one’s own chat, and the message shows by whom', async () => {
    const { id, state, choices, to } = await ask({ text: 'Drop table `a_b`?' });
    expect([state, choices, to]).toEqual(['open', ['Yes', 'No'], ['user:ben']]);
    const message = await shown(BEN, 'Drop table a_b?');
    expect(message.text).toBe('❓ Question\nDrop table a_b?');
    expect(buttonsOf(message).map(({ text }) => text)).toEqual(['Yes', 'No']);
    const waiting = stateOf(id, 30_000);
    expect((await press(message, 0, BEN)).text).toBe('✅ Yes');
    expect(await waiting).toMatchObject({ state: 'answered', choice: 'Yes', by: 'ben' });
    expect(await closed(message, /✅/)).toMatch(/^❓ Question\nDrop table a_b\?\n\n✅ Yes — ben, .+$/);
    const edited = bot.sandbox.messages(BEN).find((m) => m.message_id === message.message_id);
    expect(edited?.entities?.some(({ type }) => type === 'date_time')).toBe(true);
    expect(edited?.reply_markup?.inline_keyboard ?? []).toEqual([]);
  });

  test('is answered once, at every destination, whoever comes second', async () => {
    const { id } = await ask({ text: 'Deploy?', to: ['ops', 'board', 'user:ben'], choices: ['Go', 'Wait', 'Never'] });
    const [ops, board, own] = await Promise.all([OPS, BOARD, BEN].map((chat) => shown(chat, 'Deploy?')));
    if (ops === undefined || board === undefined || own === undefined) throw new Error('It is missing somewhere.');
    expect(ops.text).toBe('❓ ben asks\nDeploy?');
    const before = bot.sandbox.answers.length;
    for (const [message, choice, from] of [
      [ops, 1, EVE],
      [own, 0, BEN],
      [board, 2, BEN],
    ] as const) {
      const who = { id: from, first_name: `P${from}` };
      bot.sandbox.press(message.chat_id, message.message_id, buttonsOf(message)[choice]?.data ?? '', who);
    }
    const answers = await waitFor(() =>
      bot.sandbox.answers.length >= before + 3 ? bot.sandbox.answers.slice(before, before + 3) : undefined,
    );
    const { choice, by } = await stateOf(id, 10_000);
    expect(answers.filter(({ text }) => text === `✅ ${choice}`)).toHaveLength(1);
    expect(answers.filter(({ text }) => text === `${by} has answered: ${choice}`).length).toBe(2);
    for (const message of [ops, board, own]) expect(await closed(message, /✅/)).toContain(`✅ ${choice} — ${by}, `);
  });

  test('expires, and says so', async () => {
    const { id } = await ask({ text: 'Still there?', timeout: '1s' });
    const message = await shown(BEN, 'Still there?');
    const [yes] = buttonsOf(message);
    expect(await stateOf(id, 30_000)).toMatchObject({ state: 'expired' });
    expect(await closed(message, /⌛/)).toMatch(/⌛ Expired without an answer \(.+\)\.$/);
    const late = { text: 'Too late: the question has expired.', show_alert: true };
    expect(await press(message, 0, BEN, yes?.data)).toMatchObject(late);
  });

  test('is cancelled by its asker, once', async () => {
    const { id } = await ask({ text: 'Never mind?' });
    const message = await shown(BEN, 'Never mind?');
    const [yes] = buttonsOf(message);
    const cancel = () => bot.client.request('DELETE', `/ask/${id}?user=ben`);
    const first = await cancel();
    expect(first.body).toMatchObject({ state: 'cancelled' });
    expect(await cancel()).toEqual(first);
    expect(await closed(message, /🚫/)).toMatch(/🚫 Cancelled by \S+, /);
    expect((await press(message, 0, BEN, yes?.data)).text).toMatch(/ cancelled it\.$/);
  });

  test('of the same id is asked once, and another one of it is refused', async () => {
    const first = await ask({ text: 'Once?', id: 'mine' });
    expect(await ask({ text: 'Once?', id: 'mine' })).toEqual(first);
    expect(await refused({ text: 'Twice?', id: 'mine' })).toEqual([409, 'id_conflict', expect.stringMatching(/^id: /)]);
    await shown(BEN, 'Once?');
    expect(bot.sandbox.messages(BEN).filter(({ text }) => text?.includes('Once?'))).toHaveLength(1);
    expect((await stateOf('mine')).state).toBe('open');
    // It is ben's name for it, and nobody else's.
    const other = await bot.client.request('GET', '/ask/mine?user=eve');
    expect([other.status, other.body]).toMatchObject([404, { code: 'unknown_question' }]);
  });
});

describe('a restart', () => {
  test('forgets neither a question nor its answer', async () => {
    const { id } = await ask({ text: 'After the restart?', to: 'ops' });
    const message = await shown(OPS, 'After the restart?');
    await bot.restart();
    expect((await stateOf(id)).state).toBe('open');
    expect((await press(message, 1, EVE)).text).toBe('✅ No');
    await bot.restart();
    expect(await stateOf(id)).toMatchObject({ state: 'answered', choice: 'No', by: 'eve' });
    expect(await closed(message, /✅/)).toContain('✅ No — eve, ');
    expect(bot.sandbox.messages(OPS).filter(({ text }) => text?.includes('After the restart?'))).toHaveLength(1);
  });

  test('ends what expired meanwhile', async () => {
    const { id } = await ask({ text: 'While away?', timeout: '2s' });
    const message = await shown(BEN, 'While away?');
    await bot.app.stop();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await bot.restart();
    expect(await stateOf(id, 10_000)).toMatchObject({ state: 'expired' });
    expect(await closed(message, /⌛/)).toContain('Expired without an answer');
  });
});

describe('who may answer', () => {
  test.each([
    ['the asker', BEN, {}, '✅ Yes'],
    ['who may send there', EVE, {}, '✅ Yes'],
    ['not who may not', IDA, {}, 'Only ben and people who may send to ops may answer this.'],
    ['no stranger', 999, {}, expect.stringMatching(/^I don’t know your account here/)],
    ['who is named', IDA, { may: ['ida'] }, '✅ Yes'],
    ['not the asker where others are named', BEN, { may: ['ida'] }, 'Only ida may answer this.'],
    ['everybody in the group with *', 999, { may: ['*'] }, '✅ Yes'],
  ])('in a group: %s', async (who, from, body, answer) => {
    await ask({ text: `May ${who}?`, to: 'ops', ...body });
    const message = await shown(OPS, `May ${who}?`);
    expect((await press(message, 0, from)).text).toEqual(answer);
  });

  test('a person who was unlinked has no account', async () => {
    await ask({ text: 'Gone?', to: 'ops' });
    const message = await shown(OPS, 'Gone?');
    await bot.client.request('POST', '/unlink', { user: 'eve' });
    expect((await press(message, 0, EVE)).text).toMatch(/^I don’t know your account/);
    await bot.link('eve', EVE);
    expect((await press(message, 0, EVE)).text).toBe('✅ Yes');
  });

  test('a press under another message, or with other data, answers nothing', async () => {
    const { id } = await ask({ text: 'Forged?', to: 'ops' });
    const message = await shown(OPS, 'Forged?');
    const data = buttonsOf(message)[0]?.data ?? '';
    const own = bot.next(BEN);
    await bot.send({ user: 'ben', text: 'another' });
    const elsewhere = await own;
    expect((await press(elsewhere, 0, BEN, data)).text).toBe('This button belongs to another message.');
    const there = bot.next(OPS);
    await bot.send({ user: 'ben', text: 'another', to: 'ops' });
    expect((await press(await there, 0, BEN, data)).text).toBe('This button belongs to another message.');
    for (const wrong of ['qu:', 'qu:0000000000000000:0', data.replace(/:\d$/, ':7'), `${data}0`, 'qu:__proto__:0']) {
      expect((await press(message, 0, BEN, wrong)).text).toBe('This question is no longer known.');
    }
    expect((await stateOf(id)).state).toBe('open');
  });
});

describe('a question that nobody can see', () => {
  test('is refused where everything is muted', async () => {
    await bot.client.request('POST', '/mute', { user: 'ben', for: '1h' });
    expect(await refused({ text: 'Muted?' })).toEqual([
      409,
      'chat_muted',
      'user:ben is muted, so nobody would see the question: /unmute in the chat ends that.',
    ]);
    const { id } = await ask({ text: 'Half muted?', to: ['user:ben', 'ops'] });
    const message = await shown(OPS, 'Half muted?');
    await press(message, 0, BEN);
    expect((await stateOf(id)).state).toBe('answered');
    await bot.client.request('POST', '/unmute', { user: 'ben' });
    expect(bot.sandbox.messages(BEN).some(({ text }) => text?.includes('Half muted?'))).toBe(false);
  });

  test('is cancelled with the reason when Telegram refuses it everywhere', async () => {
    bot.sandbox.admit(-1009);
    await register('gone', -1009);
    bot.sandbox.kick(-1009);
    const { id } = await ask({ text: 'Refused?', to: 'gone' });
    const { state, error } = await stateOf(id, 30_000);
    expect([state, error]).toEqual(['cancelled', expect.stringMatching(/\S/)]);
  });

  test('is not sent any more when it ended while Telegram was away', async () => {
    await bot.sandbox.stop();
    const { id } = await ask({ text: 'Outage?' });
    const found = async () => {
      const { body } = await bot.client.request('GET', '/messages?user=ben&q=Outage');
      return (body as { messages: { status: string; attempts?: number }[] }).messages;
    };
    // A call that is under way goes on.
    await waitFor(async () => ((await found())[0]?.attempts ?? 0) > 0);
    await bot.client.request('DELETE', `/ask/${id}?user=ben`);
    await bot.sandbox.start();
    await waitFor(async () => (await found()).every(({ status }) => status !== 'queued'));
    expect((await found()).map(({ status }) => status)).toEqual(['cancelled']);
    expect(bot.sandbox.messages(BEN).some(({ text }) => text?.includes('Outage?'))).toBe(false);
  });
});

describe('bad input', () => {
  test.each([
    [{ text: ' ' }, 400, 'bad_field', /^text: /],
    [{ text: 'x'.repeat(2001) }, 400, 'bad_field', /^text: /],
    [{ text: 'a\u0007b' }, 400, 'bad_field', /^text: .*control characters/],
    [{ choices: [] }, 400, 'bad_field', /^choices: expected 2 to 8 choices, found 0\./],
    [{ choices: ['Yes'] }, 400, 'bad_field', /^choices: /],
    [{ choices: Array.from({ length: 100 }, (_, n) => `c${n}`) }, 400, 'bad_field', /^choices: .*found 100\./],
    [{ choices: ['Yes', 'Yes'] }, 400, 'bad_field', /^choices: .*different/],
    [{ choices: ['Yes', ' '] }, 400, 'bad_field', /^choices\[1\]: /],
    [{ choices: ['Yes', 'N\no'] }, 400, 'bad_field', /^choices\[1\]: /],
    [{ choices: ['Yes', 'x'.repeat(65)] }, 400, 'bad_field', /^choices\[1\]: /],
    [{ timeout: '0' }, 400, 'bad_field', /^timeout: .*1s to 7d/],
    [{ timeout: '1y' }, 400, 'bad_field', /^timeout: /],
    [{ timeout: 'soon' }, 400, 'bad_field', /^timeout: /],
    [{ to: 'nowhere' }, 404, 'unknown_destination', /^to: /],
    [{ to: 'ops', may: [] }, 400, 'bad_field', /^may: expected 1 to 20 names, found 0/],
    [{ to: 'ops', may: ['nobody-of-this-name'] }, 400, 'bad_field', /^may: this host has no account/],
    [{ may: ['eve'] }, 400, 'bad_field', /^may: .*private chats alone/],
    [{ user: 'not-an-account' }, 404, 'unknown_account', /^user: /],
  ])('%j is refused with a sentence', async (body, status, code, sentence) => {
    expect(await refused(body)).toEqual([status, code, expect.stringMatching(sentence)]);
  });
});
