/**
 * Finds the runner in a command of a crontab(5): where it stands, how the command can be tried without doing anything
 * else, and whether it does anything else. Pure.
 */
import {
  assignmentsBefore,
  type CommandText,
  isHarmlessEnd,
  programName,
  segmentsOf,
  trialBefore,
} from './crontab-trial.ts';
import { isAssignment, quotedText, type Token, tokensOf, unquoted } from './crontab-words.ts';

/** The part of a command that starts the runner. */
export interface RunnerProgram {
  /** Where it begins and ends: from `node`, or the runner itself, to the end of the runner's path. */
  readonly start: number;
  readonly end: number;
  /** Where the runner's own word begins; after `start` where the command names Node. */
  readonly runnerStart: number;
  /** The runner's path, or its name. */
  readonly runner: string;
  /**
   * What the shell receives for a trial, around the program; `undefined` where other commands stand before it, which must
   * not be run, and whose effects the program may need.
   */
  readonly trial: { readonly before: string; readonly program: string; readonly after: string } | undefined;
  /** Whether the command does nothing but run the runner. */
  readonly isAlone: boolean;
  /** Whether the program stands in quotes, as behind `bash -lc`. */
  readonly isQuoted: boolean;
  /** All that a line which does nothing else could do without: from the start of the command to the program's end. */
  readonly whole: { readonly start: number; readonly end: number };
}

const NODE = /(?:^|\/)node(?:js)?(?:-?\d+(?:\.\d+)*)?$/;
const RUNNER = /(?:^|\/)notify-runner(?:\.c?js)?$/;
const SHELL = /(?:^|\/)(?:ba|da|k|z)?sh$/;
/** The index of the word that begins the program: Node's before its options, else the runner's own. */
function beginOf(tokens: readonly Token[], runner: number, nameOf: (token: Token) => string): number {
  let index = runner - 1;
  while (tokens[index]?.raw.startsWith('-')) index -= 1;
  const before = tokens[index];
  return before?.kind === 'word' && NODE.test(nameOf(before)) ? index : runner;
}

/** The runner behind `bash -lc`. */
function inShell(
  command: string,
  tokens: readonly Token[],
  offset: number,
  text: CommandText,
): RunnerProgram | undefined {
  const nameOf = ({ raw }: Token) => unquoted(text.shellText(raw), text.home);
  const isShell = (token: Token | undefined) => token !== undefined && SHELL.test(nameOf(token));
  const option = tokens.findIndex(({ raw }, index) => /^-[a-z]*c$/.test(raw) && isShell(tokens[index - 1]));
  const word = tokens[option + 1];
  const inner = option > 0 && word ? quotedText(word) : undefined;
  const found = inner && findRunner(inner.text, offset + inner.at, text);
  if (word === undefined || inner === undefined || found === undefined || found.isQuoted) return undefined;
  const before = trialBefore(tokens.slice(0, option - 1), text);
  const quote = word.raw[0] ?? '';
  const shell = tokens.slice(option - 1, option + 1).map(({ raw }) => `${text.shellText(raw)} `);
  const trial =
    before === undefined || found.trial === undefined
      ? undefined
      : {
          before: `${before}${shell.join('')}${quote}${found.trial.before}`,
          program: found.trial.program,
          after: quote,
        };
  const end = command.slice(word.at + word.raw.length);
  const isAlone = before !== undefined && found.isAlone && isHarmlessEnd(tokensOf(end));
  const whole = { start: offset + (tokens[0]?.at ?? 0), end: offset + word.at + word.raw.length };
  return { ...found, trial, isAlone, isQuoted: true, whole };
}

/**
 * Finds the runner.
 *
 * @param offset where the command begins in its line
 */
export function findRunner(command: string, offset: number, text: CommandText): RunnerProgram | undefined {
  const tokens = tokensOf(command);
  const behindShell = inShell(command, tokens, offset, text);
  if (behindShell !== undefined) return behindShell;
  const nameOf = ({ raw }: Token) => unquoted(text.shellText(raw), text.home);
  // A comment marks the runner where its file has another name.
  const isMarked = /\s#\s*notify-runner\s*$/.test(command);
  const isTested = (index: number) => {
    const segment = segmentsOf(tokens.slice(0, index)).at(-1) ?? [];
    return ['[', 'test'].includes(programName(segment, text) ?? '');
  };
  const named = tokens.findIndex(
    (token, index) => token.kind === 'word' && RUNNER.test(nameOf(token)) && !isTested(index),
  );
  const first = tokens.findIndex(({ kind, raw }) => kind === 'word' && !isAssignment(raw));
  const afterNode = tokens[first] && NODE.test(nameOf(tokens[first])) ? first + 1 : first;
  const index = named === -1 && isMarked ? afterNode : named;
  const runner = tokens[index];
  if (runner === undefined) return undefined;
  const begin = beginOf(tokens, index, nameOf);
  const start = tokens[begin]?.at ?? runner.at;
  const end = runner.at + runner.raw.length;
  const program = text.shellText(command.slice(start, end));
  const before = tokens.slice(0, begin);
  const prepared = trialBefore(before, text);
  const isPath = program.includes('/');
  const trial =
    prepared !== undefined || isPath
      ? { before: prepared ?? assignmentsBefore(before, text), program, after: '' }
      : undefined;
  return {
    start: offset + start,
    end: offset + end,
    runnerStart: offset + runner.at,
    runner: nameOf(runner),
    trial,
    isAlone: prepared !== undefined && isHarmlessEnd(tokensOf(command.slice(end))),
    isQuoted: false,
    whole: { start: offset + (tokens[0]?.at ?? 0), end: offset + end },
  };
}

/** Whether a command names the Node that runs it: a path that an upgrade of Node may remove. */
export const namesNode = ({ start, runnerStart }: RunnerProgram): boolean => runnerStart > start;

/** The settings of this project that a command sets: `NOTIFY_SOCKET='/a b' node …`, `env NOTIFY_…`, `export NOTIFY_…`. */
export function settingsOf(command: string, text: CommandText): Readonly<Record<string, string>> {
  const entries = tokensOf(command).flatMap((token): [string, string][] => {
    const inner = quotedText(token)?.text;
    if (inner?.includes('notify-runner')) return Object.entries(settingsOf(inner, text));
    const [, name, value] = /^(NOTIFY_\w+)=(.*)$/s.exec(text.shellText(token.raw)) ?? [];
    return name === undefined ? [] : [[name, unquoted(value ?? '', text.home)]];
  });
  return Object.fromEntries(entries);
}
