import type { Command } from 'commander';
import { commandsOf, type KnownCommand, type KnownOption, NAMES_COMMAND } from './words.ts';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function optionValue({ value }: KnownOption): string {
  if (value === 'none') return '';
  if (value === 'path') return ' -r -F';
  if (value === 'script') return ` -x -a '(${NAMES_COMMAND})'`;
  return value === 'free' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
}

function linesOf({ name, description, options, takes }: KnownCommand): readonly string[] {
  const within = `complete -c notify-runner -n '__fish_seen_subcommand_from ${name}'`;
  const flags = options.map((option) => {
    const short = option.short ? ` -s ${option.short.slice(1)}` : '';
    return `${within} -l ${option.flag.slice(2)}${short}${optionValue(option)} -d ${quoted(option.description)}`;
  });
  const taken = {
    scripts: [`${within} -a '(${NAMES_COMMAND})'`],
    command: [`${within} -F`],
    free: [],
  };
  return [
    `complete -c notify-runner -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...flags,
    ...(typeof takes === 'string' ? taken[takes] : [`${within} -a ${quoted(takes.join(' '))}`]),
  ];
}

/** The completion for fish, which quotes what a command prints, one candidate a line. */
export function fish(program: Command): string {
  return `complete -c notify-runner -f\n${commandsOf(program).flatMap(linesOf).join('\n')}\n`;
}
