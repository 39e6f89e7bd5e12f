/** What the command line's reader says of a mistake, as one line in this program's words. */
import type { Command } from 'commander';
import { nearest } from '../shared/nearest.ts';

const WORDS: readonly (readonly [RegExp, (...groups: readonly string[]) => string])[] = [
  [
    /^unknown (option|command) '(.*?)'(?:\s*\(Did you mean (.*?)\?\))?$/s,
    (what, word, meant) => `there is no ${what} ${word}${meant ? `; did you mean ${meant}?` : '.'}`,
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
    (name, most, given) => `${name} takes ${most === '0' ? 'no argument' : `at most ${most}`}, found ${given}.`,
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

/** Has a program say its usage errors on one line, `name: … Try name --help.` */
export function sayUsageErrors(program: Command, err: (text: string) => void): void {
  const name = program.name();
  program.configureOutput({
    outputError: (said) => err(`${name}: ${usageSentence(said).replace(/\p{Cc}+/gu, ' ')} Try ${name} --help.\n`),
  });
}

/** For the action of a program that was given no command it knows. Does not return when there are words left. */
export function refuseUnknownCommand(program: Command): void {
  const [word] = program.args;
  if (word === undefined) return;
  const meant = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  const suggestion = meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
  program.error(`error: unknown command '${word}'${suggestion}`, { code: 'commander.unknownCommand' });
}
