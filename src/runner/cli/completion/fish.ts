import type { Command } from 'commander';
import { commandsOf, type KnownCommand, type KnownOption, NAME_COMMANDS } from './words.ts';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function optionValue({ value }: KnownOption): string {
  if (value === 'none') return '';
  if (value === 'path') return ' -r -F';
  if (value === 'script') return ` -x -a '(${NAME_COMMANDS.scripts})'`;
  if (value === 'destination') return ` -x -a '(${NAME_COMMANDS.destinations})'`;
  return value === 'free' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
}

/** What completes the words of a command. */
function wordsOf(takes: KnownCommand['takes']): readonly string[] {
  if (takes === 'free') return [];
  if (takes === 'command') return ['-F'];
  return [typeof takes === 'string' ? `-a '(${NAME_COMMANDS[takes]})'` : `-a ${quoted(takes.join(' '))}`];
}

/** @param above the conditions under which the command may come next, and under which it was typed */
function linesOf(
  { name, description, options, takes, commands }: KnownCommand,
  above: { readonly next: string; readonly seen: string } = { next: '__fish_use_subcommand', seen: '' },
): readonly string[] {
  const seen = `${above.seen}__fish_seen_subcommand_from ${name}`;
  const within = `complete -c notify-runner -n ${quoted(seen)}`;
  const names = commands.map((command) => command.name).join(' ');
  const below = { next: `${seen}; and not __fish_seen_subcommand_from ${names}`, seen: `${seen}; and ` };
  const flags = options.map((option) => {
    const short = option.short ? ` -s ${option.short.slice(1)}` : '';
    return `${within} -l ${option.flag.slice(2)}${short}${optionValue(option)} -d ${quoted(option.description)}`;
  });
  return [
    `complete -c notify-runner -n ${quoted(above.next)} -a ${name} -d ${quoted(description)}`,
    ...commands.flatMap((command) => linesOf(command, below)),
    ...flags,
    ...wordsOf(takes).map((words) => `${within} ${words}`),
  ];
}

/** The completion for fish, which quotes what a command prints, one candidate a line. */
export function fish(program: Command): string {
  return `complete -c notify-runner -f\n${commandsOf(program)
    .flatMap((command) => linesOf(command))
    .join('\n')}\n`;
}
