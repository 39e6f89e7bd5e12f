/**
 * Keeps the rules in force. A wrong file changes nothing but what `problem` says: at a reload the rules from before stay,
 * at the start the built-in ones hold. Without a file the built-in ones hold as well, and nothing is wrong.
 */
import { errnoOf, sentenceOf } from '../../core/problem.ts';
import { openRegular } from '../../shared/files/regular-file.ts';
import type { Log } from '../../shared/process/log.ts';
import { createRules } from './create-rules.ts';
import { type Mistake, mistakeText } from './file/mistakes.ts';
import { BUILT_IN, type RulesModel } from './model.ts';
import type { Override } from './rotations/on-call.ts';
import type { Rules, RulesSource } from './rules.ts';

/** Bytes of a file of rules; a large one has 50,000. */
const LARGEST_FILE = 1024 * 1024;

/** What the source needs. */
export interface RulesSourceParts {
  /** `NOTIFY_ALERTS_FILE` */
  readonly path: string;
  /** The zone of times and schedules that name none. */
  readonly zone: () => string;
  /** The overrides of a rotation, in the order in which they were made. */
  readonly overrides: (rotation: string) => readonly Override[];
  readonly log: Log;
}

/** What a file holds: rules, or a sentence that says what is wrong. */
export type ReadFile =
  | { readonly model: RulesModel; readonly text: string }
  /** Without mistakes where the file can't be read at all. */
  | { readonly problem: string; readonly mistakes: readonly Mistake[] };

/** Reads a text of at most the largest size; a larger one is cut behind it, which its reader sees by the length. */
async function readStart(path: string): Promise<Buffer> {
  const handle = await openRegular(path, 'follow');
  try {
    const bytes = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      ({ bytesRead: read } = await handle.read(bytes, length, bytes.length - length, length));
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** Reads and checks a file of rules. @returns `undefined` where there is none */
export async function readRulesFile(path: string, zone: () => string): Promise<ReadFile | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readStart(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return undefined;
    const advice = errno === 'EACCES' ? ': let the account of the service read it, as after `chmod 644`' : '';
    return { problem: `${path} can't be read (${errno ?? sentenceOf(error)})${advice}.`, mistakes: [] };
  }
  if (bytes.length > LARGEST_FILE) return { problem: `${path} is larger than 1 MiB.`, mistakes: [] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: `${path} is not UTF-8.`, mistakes: [] };
  }
  // YAML, conditions and templates are read by libraries that a service without such a file never loads.
  const { readRules } = await import('./file/read-rules.ts');
  const read = readRules(text, zone());
  if ('model' in read) return { model: read.model, text };
  const [first, ...others] = read.mistakes;
  const more = others.length === 0 ? '' : ` \`notify-bot alerts check\` names ${others.length} more.`;
  return { problem: `${path} ${mistakeText(first)}${more}`, mistakes: read.mistakes };
}

/** Creates the source; the built-in rules hold until the first `reload`. */
export function createRulesSource({ path, zone, overrides, log }: RulesSourceParts): RulesSource {
  const builtIn = createRules({ model: BUILT_IN, text: '', overrides });
  const listeners = new Set<() => void>();
  let rules: Rules = builtIn;
  let problem: string | undefined;
  /** One after the other, so that the newest file counts. */
  let reading: Promise<void> = Promise.resolve();

  function take(next: Rules): void {
    if (next.version === rules.version) return;
    rules = next;
    log.info(
      { version: rules.version },
      next === builtIn ? 'The built-in rules of alerts hold.' : 'The rules of alerts were read.',
    );
    for (const listener of listeners) listener();
  }

  async function readOnce(): Promise<void> {
    const read = await readRulesFile(path, zone);
    problem = read !== undefined && 'problem' in read ? read.problem : undefined;
    if (problem !== undefined) log.error({ code: 'bad_rules' }, `The rules of alerts stay as they were: ${problem}`);
    else take(read === undefined || 'problem' in read ? builtIn : createRules({ ...read, overrides }));
  }

  return {
    current: () => rules,
    problem: () => problem,
    reload() {
      reading = reading.then(readOnce).catch((error: unknown) => {
        problem = `${path} can't be used: ${sentenceOf(error)}`;
        log.error({ code: 'bad_rules' }, problem);
      });
      return reading;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
