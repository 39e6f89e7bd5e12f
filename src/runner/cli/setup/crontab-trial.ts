/** How the start of a crontab command can be run without doing anything but prepare what follows. Pure. */
import { isAssignment, type Token, unquoted } from './crontab-words.ts';

/** Programs that run the one behind them. */
const WRAPPERS = new Set(
  'env nice ionice timeout chrt nohup setsid exec command chronic time stdbuf nvm-exec flock systemd-cat'.split(' '),
);
/** Of these those that a trial leaves out: a lock that is held, a journal. */
const LEFT_OUT = new Set(['flock', 'systemd-cat']);
/** Commands that only prepare what follows. */
const PREPARING = new Set('cd . source export set umask ulimit test [ : true sleep'.split(' '));
/** What a caller knows of the text that the command stands in. */
export interface CommandText {
  /** Makes of a part of the command what the shell receives. */
  readonly shellText: (part: string) => string;
  readonly home: string;
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The words of each simple command before a place, without operators. */
export function segmentsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const segments: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'operator') segments.push([]);
    else segments.at(-1)?.push(token);
  }
  return segments;
}

/** The first word of a command behind its assignments, without its folder. */
export function programName(segment: readonly Token[], { shellText, home }: CommandText): string | undefined {
  const first = segment.find(({ kind, raw }) => kind === 'word' && !isAssignment(raw));
  return first && baseName(unquoted(shellText(first.raw), home));
}

/** Whether a word calls other commands by itself. */
const hasSubstitution = ({ raw }: Token) => !/^'[^']*'$/.test(raw) && /`|\$\(/.test(raw);

/** What a trial has before the program: the preparing commands and the wrappers; `undefined` where there are others. */
export function trialBefore(tokens: readonly Token[], text: CommandText): string | undefined {
  if (tokens.some(hasSubstitution)) return undefined;
  const segments = segmentsOf(tokens);
  const before = segments.slice(0, -1);
  const last = segments.at(-1) ?? [];
  const names = before.map((segment) => programName(segment, text));
  const wrapper = programName(last, text);
  const isSafe = names.every((name) => name === undefined || PREPARING.has(name));
  if (!isSafe || (wrapper !== undefined && !WRAPPERS.has(wrapper))) return undefined;
  const leftOut = new Set<Token>();
  for (const [index, segment] of before.entries()) {
    if (names[index] !== 'sleep') continue;
    const [first] = segment;
    const from = first ? tokens.indexOf(first) : 0;
    // With the operator behind it.
    for (const token of tokens.slice(from, from + segment.length + 1)) leftOut.add(token);
  }
  const isLeftOut = (token: Token) => LEFT_OUT.has(baseName(token.raw));
  const from = last.findIndex(isLeftOut);
  for (const token of from === -1 ? [] : last.slice(from)) leftOut.add(token);
  return (
    tokens
      // The end of a group is behind the program.
      .filter((token) => !leftOut.has(token) && token.raw !== '(')
      .map(({ raw }) => `${text.shellText(raw)} `)
      .join('')
  );
}

/** The assignments right before the program, which it is tried with where the rest can't be. */
export const assignmentsBefore = (tokens: readonly Token[], { shellText }: CommandText): string =>
  (segmentsOf(tokens).at(-1) ?? [])
    .filter((token) => isAssignment(token.raw) && !hasSubstitution(token))
    .map(({ raw }) => `${shellText(raw)} `)
    .join('');

/** Whether what follows the runner is but its options, a redirection, logger(1), or the end of a group. */
export function isHarmlessEnd(tokens: readonly Token[]): boolean {
  let [isLogger, isOption, isTarget] = [false, false, false];
  for (const { kind, raw } of tokens) {
    if (kind === 'operator') {
      isLogger = raw === '|';
      if (!['|', ')', ';', '&'].includes(raw)) return false;
    } else if (kind === 'word' && isLogger) {
      // Its own words follow up to the next operator.
      if (!isOption && baseName(raw) !== 'logger') return false;
    } else if (kind === 'word' && !(raw === 'run' || raw.startsWith('-') || isOption || isTarget)) return false;
    isOption = isLogger ? kind === 'word' : kind === 'word' && raw.startsWith('-') && !raw.includes('=');
    isTarget = kind === 'redirection' && /[<>]\s*&?$/.test(raw);
  }
  return true;
}
