/**
 * A JSON file shared with other programs.
 *
 * Promises: readers see the file as it stands now, or, while it cannot be read, as it last was; a change is made to
 * what the file holds at that moment, under its lock, and is on disk before `update` answers; after a crash there is
 * the old file or the new one, whole; a file that cannot be read is never written to.
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
} from './json-file.ts';
import { jsonPieces, parseJson } from './json-text.ts';

/** What a change makes of the current value. */
export interface JsonChange<T, R> {
  /** The value to store; `undefined` leaves the file untouched. */
  readonly next: T | undefined;
  /** Handed back to the caller of `update`. */
  readonly result: R;
}

export interface JsonStore<T> {
  /**
   * The file's value. Cheap while the file stays as it is: the same object is returned, and must not be changed.
   * While the file cannot be read, the last value that could.
   * @throws Problem of the store's code when there is no such value
   */
  read(): Promise<T>;
  /**
   * Changes the file: `change` gets what it holds now and returns a new value, leaving the current one as it is.
   * @throws Problem of the store's code while the file cannot be read; Problem `storage` when it cannot be written or
   * locked, with the file as it was; whatever `change` throws
   */
  update<R>(change: (current: T) => JsonChange<T, R>): Promise<R>;
  /** Looks at the file: why it cannot be read. */
  check(): Promise<Problem | undefined>;
}

export interface JsonStoreOptions<T> {
  /** An absolute path; its folder must exist for a change. */
  readonly path: string;
  /** The value of a file that isn't there. */
  readonly empty: () => T;
  /** Checks and converts what was parsed. `T` must turn back into JSON: an object, or a `Map` with strings as keys.
   * @throws Problem naming the field, as a clause: `alice.chat_id is not a number` */
  readonly parse: (value: unknown) => T;
  /** Told once of every new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
  /** The code of those problems; `unreadable` by default. */
  readonly code?: Code;
  /** Permission bits of the file, whatever the umask; 0660 by default. */
  readonly mode?: number;
}

interface Reading<T> {
  readonly print: Print;
  readonly settled: boolean;
  readonly digest: string;
  readonly outcome: { readonly value: T } | { readonly problem: Problem };
}

/** Opens a store; touches nothing until it is first used. */
export function createJsonStore<T>(options: JsonStoreOptions<T>): JsonStore<T> {
  const { path, empty, parse, onProblem, code = 'unreadable', mode = 0o660 } = options;
  let latest: Reading<T> | undefined;
  let good: { readonly value: T } | undefined;
  let told: string | undefined;
  let tidied = false;

  function keep(reading: Reading<T>): Reading<T> {
    latest = reading;
    if ('value' in reading.outcome) {
      // Nothing was ever said by a file that isn't there, so nothing can be served in a broken one's place.
      good = reading.print === ABSENT ? undefined : reading.outcome;
      told = undefined;
    } else if (reading.outcome.problem.message !== told) {
      told = reading.outcome.problem.message;
      onProblem?.(reading.outcome.problem);
    }
    return reading;
  }

  function unreadable(reason: string, cause: unknown): { problem: Problem } {
    const hint = 'it is left untouched until somebody repairs it';
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
    const content = await readContent(path);
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
      // Somebody may be in the middle of writing it in place: look again before saying that it is broken.
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
        print = await printOfHandle(written);
        await held.assertHeld();
      },
    });
    keep({ print, settled: false, digest: digest(), outcome: { value } });
  }

  async function change<R>(make: (current: T) => JsonChange<T, R>): Promise<R> {
    // Other programs lock the file a link points to, as the lock package does by default.
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
