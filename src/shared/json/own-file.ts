import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDir, writeDurably } from '../files/durable.ts';
import { readRegular } from '../files/regular-file.ts';
import { storageProblem } from '../files/storage-problem.ts';

/** A JSON file that one process alone reads and writes, with mode 0600. */
export interface OwnFile<T> {
  /** Its value; `undefined` where there is none. @throws Problem `storage` if the file exists and can't be read or renamed */
  read(): Promise<T | undefined>;
  /** Replaces it; after a crash it is the old or the new one. @throws Problem `storage` */
  write(text: string): Promise<void>;
}

/** What a file is, and what its loss means. */
export interface OwnFileOptions<Schema extends v.GenericSchema> {
  /** Absolute; its folder is made where it is missing. */
  readonly path: string;
  readonly schema: Schema;
  /** What follows from a file that is invalid: it ends a sentence. */
  readonly loss: string;
  /** Called when an invalid file was renamed to `path.unreadable`. */
  readonly onProblem: (sentence: string) => void;
}

/** Touches nothing before its first use. */
export function createOwnFile<const Schema extends v.GenericSchema>(
  options: OwnFileOptions<Schema>,
): OwnFile<v.InferOutput<Schema>> {
  const { path, schema, loss, onProblem } = options;

  function parse(text: string): v.InferOutput<Schema> | undefined {
    try {
      const found = v.safeParse(schema, JSON.parse(text));
      return found.success ? found.output : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    async read() {
      try {
        await makeDir(dirname(path));
        const value = parse((await readRegular(path)).toString('utf8'));
        if (value !== undefined) return value;
        await rename(path, `${path}.unreadable`);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw storageProblem(path, error);
      }
      onProblem(`${path} was invalid and was renamed to ${path}.unreadable: ${loss}`);
      return undefined;
    },
    async write(text) {
      try {
        await writeDurably(path, text, 0o600);
      } catch (error) {
        throw new Problem('storage', storageProblem(path, error).message, { cause: error });
      }
    },
  };
}
