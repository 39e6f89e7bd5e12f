import type { Command } from 'commander';
import { commandsOf, type KnownCommand, type KnownOption, NAME_COMMANDS, optionsOf } from './words.ts';

const flagsOf = (options: readonly KnownOption[]) => options.map(({ flag }) => flag);
const list = (words: readonly string[]) => words.join(' ');

function offered({ takes, options }: KnownCommand): string {
  const flags = list(flagsOf(options));
  if (takes === 'command') return '_notify_runner_command; return';
  if (takes === 'free') return `words=(${flags})`;
  if (typeof takes !== 'string') return `words=(${list([...takes, ...flagsOf(options)])})`;
  return `if [[ $typed == -* ]]; then words=(${flags}); else mapfile -t names < <(${NAME_COMMANDS[takes]}); fi`;
}

/** The values of options: lines of a `case` on the word before. */
function values(options: readonly KnownOption[]): readonly string[] {
  return options.flatMap(({ flag, short, value }) => {
    if (value === 'none') return [];
    const names = list(short === undefined ? [flag] : [flag, short]).replace(' ', '|');
    if (value === 'path') return [`    ${names}) compopt -o default 2>/dev/null; return ;;`];
    if (value === 'script') return [`    ${names}) mapfile -t names < <(${NAME_COMMANDS.scripts}) ;;`];
    if (value === 'destination') return [`    ${names}) mapfile -t names < <(${NAME_COMMANDS.destinations}) ;;`];
    if (value === 'free') return [`    ${names}) return ;;`];
    return [`    ${names}) words=(${list(value)}) ;;`];
  });
}

/** The branch of a command in a `case` on the word at `place`. */
function branch(command: KnownCommand, place: number): readonly string[] {
  const { name, options, commands } = command;
  if (commands.length > 0) {
    const below = commands.flatMap((sub) => branch(sub, place + 1)).map((line) => `  ${line}`);
    const names = list(commands.map((sub) => sub.name));
    const first = `    if (( COMP_CWORD == ${place + 1} )); then words=(${names})`;
    return [`  ${name})`, first, `    else case \${COMP_WORDS[${place + 1}]} in`, ...below, '    esac; fi', '    ;;'];
  }
  const behind = values(options);
  if (behind.length === 0) return [`  ${name})`, `    ${offered(command)}`, '    ;;'];
  return [`  ${name})`, '    case $before in', ...behind, `    *) ${offered(command)} ;;`, '    esac', '    ;;'];
}

/**
 * The completion for bash. The typed word is compared without its quotes, and each inserted name is quoted, so that
 * `a b` stays one word and `$(…)` a name. Readline's own quoting of files does not quote `$` and `)`.
 */
export function bash(program: Command): string {
  const commands = commandsOf(program);
  const top = list([...commands.map(({ name }) => name), ...flagsOf(optionsOf(program))]);
  const cases = commands.flatMap((command) => branch(command, 1));
  return `_notify_runner_quoted() {
  case $1 in
  "'") sed "s/'/'\\\\\\\\''/g" <<<"$2" ;;
  '"') LC_ALL=C sed 's/[\\\\"$\`]/\\\\&/g' <<<"$2" ;;
  *) LC_ALL=C sed $'s/[^[:alnum:]_.+\\x80-\\xff-]/\\\\\\\\&/g' <<<"$2" ;;
  esac
}
_notify_runner_command() {
  if [[ $before == exec || $before == -- ]]; then
    mapfile -t COMPREPLY < <(compgen -c -- "$typed")
  else
    compopt -o default 2>/dev/null
  fi
}
_notify_runner() {
  local word typed=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local -a words=() names=()
  COMPREPLY=()
  # --option=value comes in three words.
  [[ $typed == = ]] && typed=
  [[ $before == = ]] && before=\${COMP_WORDS[COMP_CWORD-2]}
  [[ \${COMP_WORDS[COMP_CWORD]} == = ]] && before=\${COMP_WORDS[COMP_CWORD-1]}
  # What was typed, without its quotes, and how to quote what is inserted behind an open one.
  local quote="\${typed:0:1}"
  case $quote in
  "'") typed=\${typed:1} ;;
  '"') IFS= read typed <<<"\${typed:1}" ;;
  *) quote= && IFS= read typed <<<"$typed" ;;
  esac
  if (( COMP_CWORD == 1 )); then
    words=(${top})
  else
    case \${COMP_WORDS[1]} in
${cases.map((line) => `  ${line}`).join('\n')}
    esac
  fi
  for word in "\${words[@]}"; do
    [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
  done
  for word in "\${names[@]}"; do
    [[ $word == "$typed"* ]] && COMPREPLY+=("$(_notify_runner_quoted "$quote" "$word")")
  done
}
complete -F _notify_runner notify-runner
`;
}
