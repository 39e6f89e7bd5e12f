/** Distinguishes script names such as `-report.sh` from options, before the command line is parsed. */
import type { Command } from 'commander';
import { discover } from '../scripts/discover.ts';
import { readRunnerSettings } from '../settings.ts';
import type { RunnerIo } from './io.ts';

/** Whether a word is an option of the command: alone, with its value, or several short ones together. */
function isOption(command: Command, word: string): boolean {
  if (word.startsWith('--')) {
    const [name] = word.split('=');
    return name === '--help' || command.options.some(({ long }) => long === name);
  }
  for (const letter of word.slice(1)) {
    if (letter === 'h') continue;
    const option = command.options.find(({ short }) => short === `-${letter}`);
    if (option === undefined) return false;
    if (option.required || option.optional) return true;
  }
  return true;
}

/** Whether a script has this name, with or without its ending. */
export function scriptExists(io: RunnerIo, name: string): boolean {
  try {
    const scripts = discover(readRunnerSettings(io).scriptsDir);
    return scripts.some((script) => script.name === name || script.stem === name);
  } catch {
    // The command itself reports it.
    return false;
  }
}

/**
 * Moves names that begin with a dash behind `--`. A word counts as a name when such a script exists, or when it has one
 * dash and is no option. An unknown long option stays where it is: the parser reports it.
 *
 * @param args the whole command line
 * @param name the command that takes scripts
 * @param isScript whether a script has this name
 */
export function separateScriptNames(
  program: Command,
  args: readonly string[],
  name: string,
  isScript: (name: string) => boolean,
): readonly string[] {
  const command = program.commands.find((known) => known.name() === name);
  const at = args.indexOf(name);
  if (command === undefined || at === -1) return args;
  const end = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
  const isName = (word: string, index: number) => {
    if (index <= at || index >= end || !word.startsWith('-') || word.length < 2) return false;
    const exact = command.options.some(({ long, short }) => long === word || short === word);
    if (exact || word === '--help' || word === '-h') return false;
    return isScript(word) || (!word.startsWith('--') && !isOption(command, word));
  };
  const names = args.filter(isName);
  if (names.length === 0) return args;
  const others = args.filter((word, index) => !isName(word, index));
  return end < args.length ? [...others, ...names] : [...others, '--', ...names];
}
