/**
 * Reads the lines of a crontab(5) that run the runner. A crontab may hold bytes that are not UTF-8: here a table is a
 * string with a character for each of its bytes (latin1), and only texts for people and for programs are decoded.
 */

/** The part of a line that starts the runner. */
export interface RunnerProgram {
  /** Where it begins and ends in the line: from `node`, or the runner itself, to the end of the runner's path. */
  readonly start: number;
  readonly end: number;
  /** Where the runner's own word begins; after `start` where the line names Node. */
  readonly runnerStart: number;
  /** The runner's path, or its name. */
  readonly runner: string;
  /** What the shell receives up to `end`: settings and program, decoded. */
  readonly command: string;
  /** Whether nothing follows it but a comment. */
  readonly isAlone: boolean;
}

/** A line and the settings that it runs with. */
export interface RunnerLine {
  /** The line for people. */
  readonly line: string;
  /** Its place in the table, from 0. */
  readonly index: number;
  /** Five fields of crontab(5), or a name such as `@daily`. */
  readonly schedule: string;
  /** Settings of this project, from the crontab and from the line itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every variable that the crontab sets before the line. */
  readonly variables: Readonly<Record<string, string>>;
  /** `undefined` where other commands stand before the runner, so that it can be neither tried nor replaced. */
  readonly program?: RunnerProgram;
}

/** A table as a string of its bytes. */
export const tableOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
/** The bytes of such a string. */
export const bytesOf = (table: string): Buffer => Buffer.from(table, 'latin1');
/** A text as a part of a table. */
export const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
/** A part of a table as a text; bytes that are not UTF-8 become U+FFFD. */
const decoded = (part: string): string => Buffer.from(part, 'latin1').toString('utf8');

/** Matches the runner without a command such as `exec` or `send`: then it runs what is due. */
const RUNS_DUE = /\bnotify-runner(?:\.c?js)?["']?(?=\s*(?:$|[;&|>#])|\s+(?:\d>|-|run(?:\s*$|\s+[^\w\s])))/;
const SETTING = /^\s*["']?([A-Za-z_]\w*)["']?\s*=(.*)$/s;
const OURS = /^NOTIFY_/;
/** The schedule and the command of a line. */
const PARTS = /^(\s*(@\w+|(?:\S+\s+){4}\S+)\s+)(.*)$/s;
/** A word of the shell: quoted and unquoted pieces side by side. */
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g;
const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g;
/** Characters after which the shell begins another command, or does more than call a program. */
const CONTROL = /[;&|<>()`\n]/;
const NODE = /(?:^|\/)node(?:js)?$/;
const RUNNER = /(?:^|\/)notify-runner(?:\.c?js)?$/;

/** A word as the shell expands it; of the variables only HOME. */
function unquoted(word: string, home: string): string {
  const withHome = (text: string) => text.replace(/\$(?:HOME\b|\{HOME\})/g, () => home);
  const pieces = [...word.matchAll(PIECE)].map(([, single, double, escaped, plain]) => {
    if (double !== undefined) return withHome(double.replace(/\\(["\\$`])/g, '$1'));
    return single ?? escaped ?? withHome(plain ?? '');
  });
  return pieces.join('').replace(/^~(?=\/|$)/, () => home);
}

/** What the shell receives: cron removes the backslash of `\%`. */
const shellText = (part: string): string => decoded(part.replaceAll('\\%', '%'));

/** The settings that a command line begins with, such as `NOTIFY_SOCKET='/a b' node …`. */
function settingsOf(command: string, home: string): Readonly<Record<string, string>> {
  const words = shellText(command).match(WORD) ?? [];
  return Object.fromEntries(
    words.flatMap((word) => {
      const found = /^(NOTIFY_\w+)=(.*)$/s.exec(word);
      return found ? [[found[1] ?? '', unquoted(found[2] ?? '', home)]] : [];
    }),
  );
}

const isAssignment = (word: string) => /^[A-Za-z_]\w*=/.test(word);
const isQuoted = (word: string) => /^["']/.test(word);

/**
 * The program of a command. It may be marked as the runner by a comment, where its file has another name.
 *
 * @param offset where the command begins in its line
 */
function programOf(command: string, offset: number, home: string): RunnerProgram | undefined {
  const comment = /\s#\s*notify-runner\s*$/.exec(command);
  const text = comment ? command.slice(0, comment.index) : command;
  const words = [...text.matchAll(WORD)].map((found) => ({ at: found.index, raw: found[0] }));
  const first = words.findIndex(({ raw }) => !isAssignment(raw));
  const start = words[first];
  if (start === undefined || words.slice(0, first).some(({ raw }) => !isQuoted(raw) && /[;&|<>()`]/.test(raw))) {
    return undefined;
  }
  const nameOf = (raw: string | undefined) => unquoted(shellText(raw ?? ''), home);
  const runner = NODE.test(nameOf(start.raw)) ? words[first + 1] : start;
  // The shell ends the word at one of these; the runner's own name holds none.
  const raw = runner && !isQuoted(runner.raw) ? runner.raw.split(CONTROL, 1)[0] : runner?.raw;
  if (runner === undefined || raw === undefined || raw === '') return undefined;
  if (comment === null && !RUNNER.test(nameOf(raw))) return undefined;
  const end = runner.at + raw.length;
  return {
    start: offset + start.at,
    end: offset + end,
    runnerStart: offset + runner.at,
    runner: nameOf(raw),
    command: shellText(text.slice(0, end)),
    isAlone: /^\s*(?:#.*)?$/s.test(text.slice(end)),
  };
}

/** Whether a line names the Node that runs it: a path that an upgrade of Node may remove. */
export const namesNode = ({ start, runnerStart }: RunnerProgram): boolean => runnerStart > start;

/** The lines that run the runner, with the variables that the crontab sets before them. */
export function runnerLines(table: string, home: string): readonly RunnerLine[] {
  let variables: Readonly<Record<string, string>> = {};
  return table.split('\n').flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    const [, name, value] = SETTING.exec(line) ?? [];
    if (name !== undefined) {
      variables = { ...variables, [name]: decoded((value ?? '').trim().replace(/^(["'])(.*)\1$/, '$2')) };
      return [];
    }
    const [, before = '', schedule = '', command = ''] = PARTS.exec(line) ?? [];
    if (!RUNS_DUE.test(line) || schedule === '') return [];
    const ours = Object.fromEntries(Object.entries(variables).filter(([key]) => OURS.test(key)));
    const program = programOf(command, before.length, home);
    return [
      {
        line: decoded(line.trim()),
        index,
        schedule,
        environment: { ...ours, ...settingsOf(command, home) },
        variables,
        ...(program && { program }),
      },
    ];
  });
}
