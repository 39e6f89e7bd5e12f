/** Lines of the runner's log. */
import { stemOf } from '../../scripts/discover.ts';

/** The lines of a text, without empty ones. */
export const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** What the log calls otherwise than people read it elsewhere. */
const EVENTS: Readonly<Record<string, string>> = { quiet: 'no alert' };

/**
 * One line of the log for a person: local time, level, what happened to what. A line of another kind stays as it is.
 *
 * @param zone the name of a time zone
 */
export function readableLine(line: string, zone: string): string {
  try {
    const {
      time,
      level,
      msg,
      script,
      source,
      to,
      detail,
      reason,
      command,
      status,
      stderr,
      seconds,
    }: Record<string, unknown> = JSON.parse(line);
    const at = new Date(String(time)).toLocaleString('sv-SE', { timeZone: zone });
    const ended = typeof command === 'string' ? `${msg} ${command}: status ${status}` : (EVENTS[String(msg)] ?? msg);
    const event = typeof to === 'string' ? `${ended} to ${to}` : ended;
    const what = [script ?? source, event, detail ?? reason]
      .filter((part) => part !== undefined && part !== '')
      .join(': ');
    const took = typeof seconds === 'number' ? ` (${seconds} s)` : '';
    const output =
      typeof stderr === 'string'
        ? stderr
            .split('\n')
            .map((text) => `\n    ${text}`)
            .join('')
        : '';
    return `${at}  ${level === 'info' ? '' : `${String(level).toUpperCase()}  `}${what.replace(/\p{Cc}/gu, ' ')}${took}${output}`;
  } catch {
    return line;
  }
}

/** A filter for the lines about a script, named with or without its ending. */
export function linesAbout(name: string): (line: string) => boolean {
  return (line) => {
    try {
      const { script, source }: Record<string, unknown> = JSON.parse(line);
      const subject = script ?? source;
      return typeof subject === 'string' && (subject === name || stemOf(subject) === name);
    } catch {
      return false;
    }
  };
}
