/** What every program's command line has in common: its help, and a mistake said as one line in our words. */
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

/** A mistake in words. */
export function usageSentence(said: string): string {
  const text = said.trim().replace(/^error: /, '');
  for (const [pattern, words] of WORDS) {
    const found = pattern.exec(text);
    if (found) return words(...found.slice(1).map((group) => group ?? ''));
  }
  return text.replace(/\s*\n\s*/g, ' ');
}

function sayUsageErrors(command: Command, name: string, called: string, err: (text: string) => void): void {
  command.configureOutput({
    outputError: (said) => err(`${name}: ${usageSentence(said).replace(/\p{Cc}+/gu, ' ')} Try ${called} --help.\n`),
  });
}

function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command]', 'one of those that the help without it lists')
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

/** Where a program writes. */
interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A program that knows its version, writes where it is told, and throws where commander would end the process. */
export function beginProgram(name: string, { out, err }: Output): Command {
  return new Command(name).version(VERSION).exitOverride().configureOutput({ writeOut: out, writeErr: err });
}

/**
 * Gives a program what all of ours have: the command `help`, a list of commands that fits a terminal, and usage errors
 * on one line, `name: … Try name command --help.` To be called when its commands have been made.
 *
 * @param err takes the text of an error
 */
export function finishProgram(program: Command, err: (text: string) => void): void {
  addHelpCommand(program);
  // That each takes options is said by its own help.
  program.configureHelp({
    subcommandTerm: (command) => `${command.name()}${command.registeredArguments.map(argumentTerm).join('')}`,
  });
  const name = program.name();
  sayUsageErrors(program, name, name, err);
  for (const command of program.commands) sayUsageErrors(command, name, `${name} ${command.name()}`, err);
}

/** For the action of a program that was given no command it knows. Does not return when there are words left. */
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
