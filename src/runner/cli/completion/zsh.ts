import type { Command } from 'commander';
import { commandsOf, type KnownCommand, type KnownOption, NAME_COMMANDS } from './words.ts';

const single = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:').replace(/[[\]]/g, '\\$&');

function optionValue({ flag, value }: KnownOption): string {
  if (value === 'none') return '';
  if (value === 'path') return `:${flag.slice(2)}:_files`;
  if (value === 'script') return `:${flag.slice(2)}:_notify_runner_scripts`;
  if (value === 'destination') return `:${flag.slice(2)}:_notify_runner_destinations`;
  return value === 'free' ? `:${flag.slice(2)}: ` : `:${flag.slice(2)}:(${value.join(' ')})`;
}

/** For `_arguments`: each spelling once; one excludes the other unless the option may be repeated. */
function specs(option: KnownOption): readonly string[] {
  const { flag, short, description, repeats } = option;
  const spellings = short === undefined ? [flag] : [short, flag];
  const before = repeats ? '*' : spellings.length > 1 ? `(${spellings.join(' ')})` : '';
  return spellings.map((spelling) => `'${before}${spelling}[${single(description)}]${optionValue(option)}'`);
}

/** Further words, which nothing completes; without it no option would be offered behind one. */
const ANYTHING = "'*:word:()'";

function argumentsOf({ takes }: KnownCommand): readonly string[] {
  if (takes === 'scripts') return ["'*:script:_notify_runner_scripts'"];
  if (takes === 'destinations') return ["'1:destination:_notify_runner_destinations'", ANYTHING];
  if (takes === 'alerts') return ["'1:alert:_notify_runner_alerts'", ANYTHING];
  if (takes === 'command') return ["'*::command:_normal'"];
  return takes === 'free' ? [ANYTHING] : [`'1:what:(${takes.join(' ')})'`];
}

const describe = (commands: readonly KnownCommand[]) =>
  commands.map(({ name, description }) => `    '${name}:${single(description)}'`);

/** The branch of a command in a `case` on the words from it on. */
function branch(command: KnownCommand): readonly string[] {
  const { name, options, commands } = command;
  if (commands.length > 0) {
    return [
      `    ${name})`,
      '    commands=(',
      ...describe(commands),
      '    )',
      '    if (( CURRENT == 2 )); then _describe command commands; return; fi',
      '    command=$words[2]; shift words; (( CURRENT-- ))',
      '    case $command in',
      ...commands.flatMap(branch),
      '    esac ;;',
    ];
  }
  const words = [...options.flatMap(specs), ...argumentsOf(command)];
  return [`    ${name}) ${words.length === 0 ? ':' : `_arguments -S ${words.join(' ')}`} ;;`];
}

/** The function that completes the names of something. */
const nameFunction = ([kind, command]: readonly [string, string]) => `_notify_runner_${kind}() {
  local -a names
  names=(\${(f)"$(${command})"})
  compadd -a names
}`;

/** The completion for zsh. `compadd` quotes the names. */
export function zsh(program: Command): string {
  const commands = commandsOf(program);
  const described = describe(commands);
  const cases = commands.flatMap(branch);
  return `#compdef notify-runner
${Object.entries(NAME_COMMANDS).map(nameFunction).join('\n')}
_notify_runner() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _notify_runner notify-runner
`;
}
