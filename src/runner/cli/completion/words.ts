/** The words that complete a command line, read from its own description. */
import type { Argument, Command, Option } from 'commander';
import { collect } from '../options.ts';

export interface KnownOption {
  readonly flag: string;
  readonly short: string | undefined;
  readonly description: string;
  /** Its value: none, a path, a script, a destination, one of these words, or free text. */
  readonly value: 'none' | 'path' | 'script' | 'destination' | 'free' | readonly string[];
  readonly repeats: boolean;
}

export interface KnownCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly KnownOption[];
  /** The kind of its arguments. */
  readonly takes: keyof typeof NAME_COMMANDS | 'command' | 'free' | readonly string[];
  /** The commands below it, which take its place. */
  readonly commands: readonly KnownCommand[];
}

const PATHS: ReadonlySet<string> = new Set(['--file', '--image']);
const TO = '--to';
const SCRIPTS: ReadonlySet<string> = new Set(['--script']);

/** Commands that print the names of something, one a line. */
export const NAME_COMMANDS = {
  scripts: 'notify-runner list --names 2>/dev/null',
  destinations: 'notify-runner destination list --names 2>/dev/null',
  alerts: 'notify-runner alerts --names 2>/dev/null',
} as const;
/** Commands whose argument is an open alert. */
const OF_ALERTS: ReadonlySet<string> = new Set(['ack', 'unack', 'resolve', 'silence']);
/** Commands below `destination` whose argument is one that exists. */
const OF_DESTINATIONS: ReadonlySet<string> = new Set(['show', 'remove', 'allow', 'deny', 'test']);

function optionValue({ long, required, optional, argChoices }: Option): KnownOption['value'] {
  if (argChoices) return argChoices;
  if (!required && !optional) return 'none';
  if (typeof long !== 'string') return 'free';
  if (SCRIPTS.has(long)) return 'script';
  if (long === TO) return 'destination';
  return PATHS.has(long) ? 'path' : 'free';
}

/** The options of a command. */
export function optionsOf(command: Command): readonly KnownOption[] {
  return command.options.flatMap((option) => {
    const { long, short, description, parseArg } = option;
    if (typeof long !== 'string') return [];
    const repeats = parseArg === collect;
    return [{ flag: long, short: short ?? undefined, description, value: optionValue(option), repeats }];
  });
}

function argumentsOf(program: Command, name: string, [first]: readonly Argument[]): KnownCommand['takes'] {
  if (program.name() === 'destination') return OF_DESTINATIONS.has(name) ? 'destinations' : 'free';
  if (name === 'run') return 'scripts';
  if (OF_ALERTS.has(name)) return 'alerts';
  if (name === 'exec') return 'command';
  if (name === 'help') return program.commands.map((command) => command.name()).filter((other) => other !== 'help');
  return first?.argChoices ?? 'free';
}

/** The commands of a program. */
export const commandsOf = (program: Command): readonly KnownCommand[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
    takes: argumentsOf(program, command.name(), command.registeredArguments),
    commands: commandsOf(command),
  }));
