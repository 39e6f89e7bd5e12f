import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import type { RunOutcome, RunResult } from '../../../shared/api/actor/protocol.ts';
import type { RunSummary } from '../../../storage/ports.ts';
import { cut, oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** UTF-16 units; an error of a script may be long, and the message has to fit. */
const LONGEST_NAME = 100;
const LONGEST_DETAIL = 3000;

const ENDS: Readonly<Record<RunOutcome, { readonly mark: string; readonly words: string }>> = {
  sent: { mark: '✅', words: 'sent' },
  queued: { mark: '✅', words: 'queued' },
  muted: { mark: '🔕', words: 'muted: recorded, not sent' },
  firing: { mark: '🔥', words: 'alert fires' },
  waiting: { mark: '⏳', words: 'waiting' },
  quiet: { mark: '✅', words: 'no alert' },
  cooldown: { mark: '🧊', words: 'cooldown, not sent' },
  failed: { mark: '❌', words: 'failed' },
  running: { mark: '▶', words: 'is running already' },
  'would-send': { mark: '✅', words: 'would be sent' },
  stopped: { mark: '❌', words: 'was stopped' },
};

/** Outcomes without detail: what the runner adds is for its log. */
const PLAIN: ReadonlySet<RunOutcome> = new Set(['running', 'quiet']);

/** Codes after which it is unknown whether the script ran. */
export const LOST: ReadonlySet<Code> = new Set(['no_answer', 'timeout', 'too_much_output', 'failed']);

/** Runs shorter than this, in seconds, show no time. */
const SHORTEST_SHOWN = 1;

/** Several lines of text from outside, without characters that change how the text around them is shown. */
const linesOf = (words: string) => words.toWellFormed().replace(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/gu, '?');

/** The end of a run that a person stopped. @param took behind the words, such as ` (3.2 s)` */
export const stoppedSummary = (name: string, by: string, took = ''): RunSummary => ({
  mark: '⏹',
  name,
  words: `was stopped by ${by}${took}`,
});

/**
 * Summarizes how a run ended.
 *
 * @param asked the script as the caller named it, for ends without the actor's name
 * @param stoppedBy who stopped it; what the script had done by then still counts
 */
export function saidOf(end: RunResult | Problem, asked: string, stoppedBy?: string): RunSummary {
  // A runner that SIGKILL ended, too, gives no answer.
  if (end instanceof Problem && stoppedBy !== undefined && LOST.has(end.code)) return stoppedSummary(asked, stoppedBy);
  if (end instanceof Problem) {
    const sentence = cut(end.message, LONGEST_DETAIL);
    return {
      mark: '❌',
      name: asked,
      words: LOST.has(end.code) ? `may have run. ${sentence}` : `was not run. ${sentence}`,
    };
  }
  const { mark, words } = ENDS[end.result];
  const detail = PLAIN.has(end.result) ? '' : (end.detail ?? '').trim();
  const took = end.seconds >= SHORTEST_SHOWN ? ` (${end.seconds.toFixed(1)} s)` : '';
  if (end.result === 'stopped' && stoppedBy !== undefined) return stoppedSummary(end.name, stoppedBy, took);
  const more = detail === '' ? '' : `: ${cut(linesOf(detail), LONGEST_DETAIL)}`;
  return { mark, name: end.name, words: `${words}${more}${took}` };
}

/** The end of a run whose result is unknown, since an earlier process began it. */
export const RESTARTED = 'The service was restarted while it ran; /status shows how it ended.';

/** The message of a run that has ended. */
export const saidPieces = ({ mark, name, words }: RunSummary): Piece[] => [
  `${mark} `,
  { code: oneLine(name, LONGEST_NAME) },
  ` ${words}`,
];

/** The message of a run under way. @param seconds since it began; 0 shows no time */
export function runningPieces(script: string, seconds: number): Piece[] {
  const minutes = Math.floor(seconds / 60);
  const since = minutes > 0 ? `${minutes} min` : `${seconds} s`;
  return ['▶ ', { code: oneLine(script, LONGEST_NAME) }, seconds === 0 ? ' is running…' : ` is running… ${since}`];
}

/**
 * The message of a run that shows more.
 *
 * @param lines the newest of its output; empty where they are shown elsewhere, or there are none
 * @param stoppedBy who stops it
 */
export function livePieces(
  script: string,
  seconds: number,
  lines: readonly string[],
  stoppedBy: string | undefined,
): Piece[] {
  const head: Piece[] =
    stoppedBy === undefined
      ? runningPieces(script, seconds)
      : ['⏹ ', { code: oneLine(script, LONGEST_NAME) }, ` is being stopped by ${stoppedBy}…`];
  return lines.length === 0 ? head : [...head, '\n', { pre: lines.join('\n') }];
}

/** The newest output of a run, by itself. */
export const outputPieces = (script: string, lines: readonly string[]): Piece[] => [
  '▶ ',
  { code: oneLine(script, LONGEST_NAME) },
  '\n',
  { pre: lines.join('\n') },
];

/** The message of a run that an earlier process of the service began. */
export const stillRunningPieces = (script: string): Piece[] => [
  ...runningPieces(script, 0),
  ' The service was restarted meanwhile, so its output is not shown here.',
];
