import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import type { RunOutcome, RunResult } from '../../../shared/api/actor-protocol.ts';
import type { RunSummary } from '../../../storage/files/runs.ts';
import { cut, oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** UTF-16 units; a script's complaint may be long, and its message still has to fit. */
const LONGEST_NAME = 100;
const LONGEST_DETAIL = 3000;

const ENDS: Readonly<Record<RunOutcome, { readonly mark: string; readonly words: string }>> = {
  sent: { mark: '✅', words: 'sent' },
  queued: { mark: '✅', words: 'handed to the bot, on its way' },
  muted: { mark: '🔕', words: 'muted: recorded, not sent' },
  waiting: { mark: '⏳', words: 'not sent yet' },
  quiet: { mark: '✅', words: 'no alert' },
  cooldown: { mark: '🧊', words: 'cooling down, not sent' },
  failed: { mark: '❌', words: 'failed' },
  running: { mark: '▶', words: 'is running already' },
  'would-send': { mark: '✅', words: 'would be sent' },
  stopped: { mark: '❌', words: 'was stopped' },
};

/** Outcomes that say it all: what the runner adds to them is for its own log. */
const PLAIN: ReadonlySet<RunOutcome> = new Set(['running', 'quiet']);

/** Problems after which nobody knows: the script may have run. */
export const LOST: ReadonlySet<Code> = new Set(['no_answer', 'timeout', 'too_much_output', 'failed']);

/** Runs shorter than this, in seconds, show no time. */
const SHORTEST_SHOWN = 1;

/** Several lines of somebody's words, without what changes the text around them. */
const linesOf = (words: string) => words.toWellFormed().replace(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/gu, '?');

/** How a run ended, in words. @param asked the script as it was asked for, until the actor says its name */
export function saidOf(end: RunResult | Problem, asked: string): RunSummary {
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
  const more = detail === '' ? '' : `: ${cut(linesOf(detail), LONGEST_DETAIL)}`;
  return { mark, name: end.name, words: `${words}${more}${took}` };
}

/** What a run that an earlier service began is said to have come to. */
export const RESTARTED = 'The service was restarted while it ran; /status shows how it ended.';

/** The message of a run that is over. */
export const saidPieces = ({ mark, name, words }: RunSummary): Piece[] => [
  `${mark} `,
  { bold: oneLine(name, LONGEST_NAME) },
  ` ${words}`,
];

/** The message of a run under way. @param seconds since it began, 0 for nothing to say of that */
export function runningPieces(script: string, seconds: number): Piece[] {
  const minutes = Math.floor(seconds / 60);
  const since = minutes > 0 ? `${minutes} min` : `${seconds} s`;
  return ['▶ ', { bold: oneLine(script, LONGEST_NAME) }, seconds === 0 ? ' is running…' : ` is running… ${since}`];
}
