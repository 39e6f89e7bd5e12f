/** Completions for shells, built from the command line's own description. */
import type { Command } from 'commander';

interface Known {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly short: string | undefined;
    readonly description: string;
  }[];
  readonly takesScripts: boolean;
}

const optionsOf = (command: Command) =>
  command.options.flatMap(({ long, short, description }) =>
    typeof long === 'string' ? [{ flag: long, short: short ?? undefined, description }] : [],
  );

const knownOf = (program: Command): readonly Known[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
    takesScripts: command.name() === 'run',
  }));

/** Names as the shell sees them in the folder; the runner itself knows which of them are scripts. */
const NAMES = `ls -- "\${NOTIFY_SCRIPTS_DIR:-$HOME/user/notifications}" 2>/dev/null`;

function bash(program: Command): string {
  const cases = knownOf(program).map(({ name, options, takesScripts }) => {
    const flags = options.map(({ flag }) => flag).join(' ');
    const words = takesScripts ? `"$(${NAMES}) ${flags}"` : `"${flags}"`;
    return `    ${name}) words=${words} ;;`;
  });
  const top = [...knownOf(program).map(({ name }) => name), ...optionsOf(program).map(({ flag }) => flag)].join(' ');
  return `_notify_runner() {
  local words="${top}"
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${top}"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _notify_runner notify-runner
`;
}

const single = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:').replace(/[[\]]/g, '\\$&');

function zsh(program: Command): string {
  const commands = knownOf(program).map(({ name, description }) => `    '${name}:${single(description)}'`);
  const cases = knownOf(program).map(({ name, options, takesScripts }) => {
    const flags = options.map(({ flag, description }) => `'${flag}[${single(description)}]'`);
    const scripts = takesScripts ? [`"*:script:($(${NAMES}))"`] : ["'*:file:_files'"];
    return `    ${name}) _arguments ${[...flags, ...scripts].join(' ')} ;;`;
  });
  return `#compdef notify-runner
_notify_runner() {
  local -a commands
  commands=(
${commands.join('\n')}
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
compdef _notify_runner notify-runner
`;
}

function fish(program: Command): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = knownOf(program).flatMap(({ name, description, options, takesScripts }) => [
    `complete -c notify-runner -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options.map(
      (option) =>
        `complete -c notify-runner -n '__fish_seen_subcommand_from ${name}' -l ${option.flag.slice(2)}${option.short ? ` -s ${option.short.slice(1)}` : ''} -d ${quoted(option.description)}`,
    ),
    ...(takesScripts
      ? [
          `complete -c notify-runner -n '__fish_seen_subcommand_from run' -f -a '(ls (set -q NOTIFY_SCRIPTS_DIR; and echo $NOTIFY_SCRIPTS_DIR; or echo ~/user/notifications) 2>/dev/null)'`,
        ]
      : []),
  ]);
  return `${lines.join('\n')}\n`;
}

/** The completion script for a shell. */
export function completion(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return { bash, zsh, fish }[shell](program);
}
