/** Shared by the command lines of all programs: help, and usage errors as one line. */
import { type Argument, Command } from 'commander';
import { didYouMean } from '../text/did-you-mean.ts';
import { VERSION } from './version.ts';

const WORDS: readonly (readonly [RegExp, (...groups: readonly string[]) => string])[] = [
  [
    /^unknown (option|command) '(.*?)'(?:\s*\(Did you mean (.*?)\?\))?$/s,
    (what, word, meant) => `there is no ${what} ${word}${meant ? `; did you mean ${meant}?` : '.'}`,
  ],
  [
    /^option '(--[\w-]+).*' cannot be used with option '(--[\w-]+).*'$/,
    (one, other) => `${one} and ${other} exclude each other.`,
  ],
  [/^missing required argument '(.*)'$/, (name) => `the argument ${name} is missing.`],
  [/^option '(?:-\w, )?(--[\w-]+).*' argument missing$/, (flag) => `${flag} needs a value.`],
  [
    /^(?:option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid|command-argument value '(.*)' is invalid for argument '(.*)')\. Allowed choices are (.*)\.$/s,
    (flag, given, value, name, choices) =>
      `${flag || name}: expected one of ${choices}, found ${JSON.stringify(given || value)}.`,
  ],
  [/^option '.*' argument '.*' is invalid\. (.*)$/s, (why) => why ?? ''],
  [
    /^too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)\.$/,
    (name, most, given) =>
      most === '1'
        ? `${name} takes one argument, found ${given}: quote what has spaces in it.`
        : `${name} takes ${most === '0' ? 'no argument' : `at most ${most} arguments`}, found ${given}.`,
  ],
];

/** Rewrites one of commander's usage errors as a sentence of this project. */
export function usageSentence(message: string): string {
  const text = message.trim().replace(/^error: /, '');
  for (const [pattern, words] of WORDS) {
    const found = pattern.exec(text);
    if (found) return words(...found.slice(1).map((group) => group ?? ''));
  }
  return text.replace(/\s*\n\s*/g, ' ');
}

function sayUsageErrors(command: Command, name: string, called: string, err: (text: string) => void): void {
  command.configureOutput({
    outputError: (message) =>
      err(`${name}: ${usageSentence(message).replace(/\p{Cc}+/gu, ' ')} Try ${called} --help.\n`),
  });
}

function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command]', 'one of the commands listed by help')
    .description('show the help of a command')
    .action((name?: string) => {
      const command = name === undefined ? program : program.commands.find((known) => known.name() === name);
      if (command === undefined) refuse(program, name ?? '');
      else command.outputHelp();
    });
}

const argumentTerm = (argument: Argument) => {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? ` <${name}>` : ` [${name}]`;
};

/** Output of a program. */
interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Creates a program with `--version` that writes to `out` and `err`, and throws where commander would exit. */
export function beginProgram(name: string, { out, err }: Output): Command {
  return new Command(name).version(VERSION).exitOverride().configureOutput({ writeOut: out, writeErr: err });
}

/**
 * Adds the features shared by all programs: the command `help`, a list of commands that fits a terminal, and usage
 * errors on one line, `name: … Try name command --help.` Call it after all commands have been defined.
 *
 * @param err writes the text of an error
 */
export function finishProgram(program: Command, err: (text: string) => void): void {
  addHelpCommand(program);
  finish(program, program.name(), program.name(), err);
}

/** The same for a command and those below it. @param called how it is called */
function finish(command: Command, name: string, called: string, err: (text: string) => void): void {
  // The help of each command lists its options.
  command.configureHelp({
    subcommandTerm: (sub) => `${sub.name()}${sub.registeredArguments.map(argumentTerm).join('')}`,
  });
  sayUsageErrors(command, name, called, err);
  for (const sub of command.commands) finish(sub, name, `${called} ${sub.name()}`, err);
}

/** For the default action of a program: reports an unknown command. Returns only if there are no arguments. */
export function refuseUnknownCommand(program: Command): void {
  const [word] = program.args;
  if (word !== undefined) refuse(program, word);
}

function refuse(program: Command, word: string): never {
  const meant = didYouMean(
    word,
    program.commands.map((command) => command.name()),
  );
  const suggestion = meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
  return program.error(`error: unknown command '${word}'${suggestion}`, { code: 'commander.unknownCommand' });
}
