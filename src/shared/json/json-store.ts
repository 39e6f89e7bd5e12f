/**
 * A JSON file shared with other programs.
 *
 * Promises: readers see the file's current content, or, while it cannot be read, its last readable content; a change
 * applies to the content at that moment, under the file's lock, and is on disk before `update` resolves; after a crash
 * the file is the old or the new one, complete; an unreadable file is never written to.
 */
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { type HeldLock, withFileLock } from '../files/file-lock.ts';
import { removeUnfinished, replaceFile } from '../files/replace-file.ts';
import { reasonOf, storageProblem } from '../files/storage-problem.ts';
import { createSerializer, shareNext } from '../process/serialize.ts';
import {
  ABSENT,
  currentPrint,
  digested,
  type FileContent,
  type Print,
  printOfHandle,
  readContent,
  tooLarge,
} from './json-file.ts';
import { jsonPieces, parseJson } from './json-text.ts';

/** The result of a change. */
export interface JsonChange<T, R> {
  /** The value to store; `undefined` leaves the file untouched. */
  readonly next: T | undefined;
  /** Returned to the caller of `update`. */
  readonly result: R;
}

export interface JsonStore<T> {
  /**
   * The file's value. Cheap while the file is unchanged: it returns the same object, which must not be modified.
   * While the file cannot be read, the last readable value.
   * @throws Problem of the store's code if there is no such value
   */
  read(): Promise<T>;
  /**
   * Changes the file: `change` gets the current value and returns a new one, without modifying the current one.
   * @throws Problem of the store's code while the file cannot be read; Problem `storage` if it cannot be written or
   * locked, with the file unchanged; and the errors of `change`
   */
  update<R>(change: (current: T) => JsonChange<T, R>): Promise<R>;
  /** Checks the file: the reason why it cannot be read. */
  check(): Promise<Problem | undefined>;
}

export interface JsonStoreOptions<T> {
  /** An absolute path; its folder must exist for a change. */
  readonly path: string;
  /** The value of a missing file. */
  readonly empty: () => T;
  /** Checks and converts parsed JSON. `T` must convert back to JSON: an object, or a `Map` with strings as keys.
   * @throws Problem naming the field, as a clause: `alice.chat_id is not a number` */
  readonly parse: (value: unknown) => T;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
  /** The code of those Problems, `unreadable` by default. */
  readonly code?: Code;
  /** Bytes of a file beyond which it is neither read nor written, 64 MiB by default: it is parsed as a whole. */
  readonly mostBytes?: number;
  /** Permission bits of the file, regardless of the umask, 0660 by default. */
  readonly mode?: number;
}

interface Reading<T> {
  readonly print: Print;
  readonly settled: boolean;
  readonly digest: string;
  readonly outcome: { readonly value: T } | { readonly problem: Problem };
}

/** Far more than any of the service's files takes within the bounds of its store. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Creates a store. Accesses no file before its first use. */
export function createJsonStore<T>(options: JsonStoreOptions<T>): JsonStore<T> {
  const { path, empty, parse, onProblem, code = 'unreadable', mode = 0o660, mostBytes = MOST_BYTES } = options;
  let latest: Reading<T> | undefined;
  let good: { readonly value: T } | undefined;
  let told: string | undefined;
  let tidied = false;

  function keep(reading: Reading<T>): Reading<T> {
    latest = reading;
    if ('value' in reading.outcome) {
      // A missing file has no earlier content that could replace a broken one's.
      good = reading.print === ABSENT ? undefined : reading.outcome;
      told = undefined;
    } else if (reading.outcome.problem.message !== told) {
      told = reading.outcome.problem.message;
      onProblem?.(reading.outcome.problem);
    }
    return reading;
  }

  function unreadable(reason: string, cause: unknown): { problem: Problem } {
    const hint = 'it is left unchanged until it is repaired';
    return { problem: new Problem(code, `${path} cannot be read: ${reason}; ${hint}.`, { cause }) };
  }

  async function outcomeOf({ bytes }: FileContent): Promise<Reading<T>['outcome']> {
    try {
      return { value: parse(await parseJson(bytes)) };
    } catch (error) {
      if (error instanceof Problem) return unreadable(error.message.replace(/\.$/, ''), error);
      throw error;
    }
  }

  async function load(): Promise<Reading<T>> {
    const content = await readContent(path, mostBytes);
    if (content === undefined) return { print: ABSENT, settled: true, digest: '', outcome: { value: empty() } };
    const { print, settled, digest } = content;
    const known = digest !== '' && latest?.digest === digest ? latest.outcome : undefined;
    return { print, settled, digest, outcome: known ?? (await outcomeOf(content)) };
  }

  const look = shareNext(async (): Promise<Reading<T>> => {
    try {
      if (latest?.settled && latest.print === (await currentPrint(path))) return latest;
      const reading = await load();
      if (reading.settled || 'value' in reading.outcome) return keep(reading);
      // Another program may be writing it in place: read again before reporting it as broken.
      await sleep(60);
      return keep(await load());
    } catch (error) {
      return keep({ print: '', settled: false, digest: '', outcome: unreadable(reasonOf(error), error) });
    }
  });

  async function write(target: string, value: T, held: HeldLock): Promise<void> {
    if (!tidied) await removeUnfinished(target);
    tidied = true;
    let print = '';
    const { pieces, digest } = digested(jsonPieces(value));
    await replaceFile(target, pieces, {
      mode,
      async beforeRename(written) {
        if ((await written.stat()).size > mostBytes) throw tooLarge(mostBytes);
        print = await printOfHandle(written);
        await held.assertHeld();
      },
    });
    keep({ print, settled: false, digest: digest(), outcome: { value } });
  }

  async function change<R>(make: (current: T) => JsonChange<T, R>): Promise<R> {
    // Other programs lock the target of a symbolic link, as the lock package does by default.
    const target = await realpath(path).catch(() => path);
    return withFileLock(target, async (held) => {
      const { outcome } = await look();
      if ('problem' in outcome) throw outcome.problem;
      const { next, result } = make(outcome.value);
      if (next === undefined) return result;
      await write(target, next, held).catch((error: unknown) => {
        throw storageProblem(path, error);
      });
      return result;
    });
  }

  const inTurn = createSerializer();
  return {
    async read() {
      const { outcome } = await look();
      if ('value' in outcome) return outcome.value;
      if (good !== undefined) return good.value;
      throw outcome.problem;
    },
    update: (make) => inTurn(() => change(make)),
    async check() {
      const { outcome } = await look();
      return 'problem' in outcome ? outcome.problem : undefined;
    },
  };
}
