import { describe, expect, test } from 'vitest';
import { createQuestionBook } from '../../../src/bot/questions/question-book.ts';
import { Problem } from '../../../src/core/problem.ts';
import type { Question } from '../../../src/core/questions/question.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import type { Records } from '../../../src/storage/ports.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const ANN = { user: 'ann', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };
const BOUNDS = { open: { account: 2, overall: 3 }, ended: { account: 2, overall: 3 } };

/** A book over a real folder; `reopen` reads it anew, as after a restart. */
async function startBook() {
  const dataDir = await temporaryFolder();
  const logged: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (_: object, message: string) => void logged.push(message) };
  const openBook = async () => {
    const { questionRecords } = openStorage({ dataDir });
    const book = createQuestionBook(questionRecords, log, BOUNDS);
    await book.open();
    return { book, questionRecords };
  };
  return { ...(await openBook()), logged, reopen: openBook };
}

let made = 0;
function question(owner = ANN, id = `q${made}`): Question {
  made += 1;
  return {
    ref: String(made).padStart(16, '0'),
    id,
    owner,
    text: 'Now?',
    choices: ['Yes', 'No'],
    places: [],
    digest: '',
    askedAt: made,
    expiresAt: made + 1000,
  };
}
const expired =
  (at: number) =>
  (one: Question): Question => ({ ...one, end: { state: 'expired', at } });

describe('a question', () => {
  test('is found by its name and by its owner’s, also after a restart', async () => {
    const { book, reopen } = await startBook();
    const one = question(ANN, 'mine');
    await book.add(one);
    await book.add(question(BEN, 'mine'));
    await book.close();
    const again = (await reopen()).book;
    expect(again.get(one.ref)).toEqual(one);
    expect(again.find(ANN, 'mine')).toEqual(one);
    expect(again.find(BEN, 'mine')?.owner).toEqual(BEN);
    expect(again.find({ user: 'ann', uid: 2001 }, 'mine')).toBeUndefined();
    await again.close();
  });

  test('changes in order, so that the first end counts', async () => {
    const { book } = await startBook();
    const one = question();
    await book.add(one);
    let changes = 0;
    const unwatch = book.watch(one.ref, () => {
      changes += 1;
    });
    const end = (at: number) => book.change(one.ref, (now) => (now.end === undefined ? expired(at)(now) : undefined));
    const ends = await Promise.all([end(1), end(2), end(3)]);
    expect(ends.map((now) => now?.end?.at)).toEqual([1, 1, 1]);
    expect(changes).toBe(1);
    unwatch();
    await book.close();
  });

  test('stays as it was when it cannot be stored', async () => {
    const { questionRecords } = openStorage({ dataDir: await temporaryFolder() });
    let isFull = false;
    const write: Records['write'] = async (changes) => {
      if (isFull) throw new Problem('storage', 'The disk is full.');
      await questionRecords.write(changes);
    };
    const book = createQuestionBook({ ...questionRecords, write }, { debug() {}, info() {}, warn() {}, error() {} });
    await book.open();
    const one = question();
    await book.add(one);
    isFull = true;
    await expect(book.change(one.ref, expired(1))).rejects.toMatchObject({ code: 'storage' });
    await expect(book.add(question())).rejects.toMatchObject({ code: 'storage' });
    expect([...book.all()]).toEqual([one]);
    isFull = false;
    expect((await book.change(one.ref, expired(2)))?.end?.at).toBe(2);
    await book.close();
  });
});

describe('bounds', () => {
  test('of open questions, of an account and of all', async () => {
    const { book } = await startBook();
    const first = question();
    await book.add(first);
    await book.add(question());
    await expect(book.add(question())).rejects.toMatchObject({ code: 'too_many_questions' });
    await book.add(question(BEN));
    await expect(book.add(question(BEN))).rejects.toMatchObject({ code: 'too_many_questions' });
    await book.change(first.ref, expired(1));
    await book.add(question());
    await book.close();
  });

  test('of those that ended: the oldest is forgotten', async () => {
    const { book, reopen } = await startBook();
    for (let n = 0; n < 4; n += 1) {
      const one = question(ANN, `e${n}`);
      await book.add(one);
      await book.change(one.ref, expired(n));
    }
    expect([...book.all()].map(({ id }) => id)).toEqual(['e2', 'e3']);
    await book.close();
    const again = (await reopen()).book;
    expect([...again.all()].map(({ id }) => id)).toEqual(['e2', 'e3']);
    await again.close();
  });
});

test('a record that makes no sense is named in the log, and harms no other', async () => {
  const { book, questionRecords, reopen, logged } = await startBook();
  const one = question();
  await book.add(one);
  await questionRecords.write([{ kind: 'question', key: 'x', value: { text: 5 } }]);
  await book.close();
  const again = (await reopen()).book;
  expect([...again.all()]).toEqual([one]);
  expect(logged).toEqual(['A stored question makes no sense; it is left as it is.']);
  await again.close();
});
