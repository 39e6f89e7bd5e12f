/**
 * Reads the lines of a crontab(5) that run the runner. A crontab may hold bytes that are not UTF-8: here a table is a
 * string with a character for each of its bytes (latin1), and only texts for people and for programs are decoded.
 */
import { findRunner, type RunnerProgram, settingsOf } from './crontab-command.ts';

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
  /** `undefined` where it can't be found in the line, so that it can be neither tried nor replaced. */
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
const RUNS_DUE = /\bnotify-runner(?:\.c?js)?["']?(?=\s*(?:$|[;&|>#)])|\s+(?:\d>|-|run(?:\s*$|\s+[^\w\s])))/;
const SETTING = /^\s*["']?([A-Za-z_]\w*)["']?\s*=(.*)$/s;
const OURS = /^NOTIFY_/;
/** The schedule and the command of a line. */
const PARTS = /^(\s*(@\w+|(?:\S+\s+){4}\S+)\s+)(.*)$/s;
/** What the shell receives: cron removes the backslash of `\%`. */
const shellText = (part: string): string => decoded(part.replaceAll('\\%', '%'));

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
    const text = { shellText, home };
    const program = findRunner(command, before.length, text);
    return [
      {
        line: decoded(line.trim()),
        index,
        schedule,
        environment: { ...ours, ...settingsOf(command, text) },
        variables,
        ...(program && { program }),
      },
    ];
  });
}
