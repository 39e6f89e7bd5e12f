/** How a run shows itself: live on a terminal, plain lines elsewhere, under cron only what is wrong. */
import type { JobResult } from '../execution/run-context.ts';
import type { RunEnd } from '../outcomes.ts';
import type { MailMemory } from '../state/mail-memory.ts';
import { printableName } from '../text/plain-text.ts';
import { resultText } from '../text/run-text.ts';
import { CLEAR_LINE, type RunnerIo } from './io.ts';

export interface Report {
  started(name: string): void;
  finished(result: JobResult): void;
  /**
   * Prints a sentence on standard error; a repeated one is dropped.
   *
   * @param fault what it is about, where cron's mails are limited; the sentence unless given
   */
  warn(sentence: string, fault?: string): void;
  /** @param isWaiting whether a notification waits for the bot */
  close(left: { readonly isWaiting: boolean }): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

const LABELS: Readonly<Record<RunEnd['outcome'], { mark: string; label: string; colour: number }>> = {
  sent: { mark: '✓', label: 'sent', colour: 32 },
  queued: { mark: '✓', label: 'queued', colour: 32 },
  muted: { mark: '·', label: 'recorded, the chat is muted', colour: 33 },
  firing: { mark: '✓', label: 'alert fires', colour: 32 },
  waiting: { mark: '…', label: 'waiting', colour: 33 },
  quiet: { mark: '·', label: 'no alert', colour: 2 },
  cooldown: { mark: '·', label: 'cooldown', colour: 2 },
  failed: { mark: '✗', label: 'failed', colour: 31 },
  running: { mark: '·', label: 'running already', colour: 33 },
  'would-send': { mark: '→', label: 'would be sent', colour: 36 },
  stopped: { mark: '✗', label: 'stopped', colour: 33 },
};

/** Outcomes that show that a script works. */
const SUCCESSES: ReadonlySet<RunEnd['outcome']> = new Set(['sent', 'queued', 'muted', 'firing', 'quiet', 'cooldown']);
/** The fault of a bot that takes no notifications, whichever waits. */
export const WAITING = 'waiting';

/** What stands between a label and its detail: a clause continues the line, a sentence begins behind a full stop. */
function separatorOf({ end: { outcome }, notifications }: JobResult): string {
  return notifications === undefined && (outcome === 'cooldown' || outcome === 'running') ? ', ' : '. ';
}

/** One result as a line. */
function lineOf(result: JobResult, colour: boolean): string {
  const { name, end, took } = result;
  const { mark, label, colour: number } = LABELS[end.outcome];
  const paint = (text: string) => (colour ? `\u001b[${number}m${text}\u001b[0m` : text);
  const seconds = took >= 100 ? ` (${(took / 1000).toFixed(1)} s)` : '';
  const detail = resultText(result);
  return `${paint(mark)} ${printableName(name)}: ${label}${detail && `${separatorOf(result)}${detail}`}${seconds}`;
}

function createSpinner(io: RunnerIo) {
  const running = new Set<string>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const clear = () => io.err(CLEAR_LINE);
  const draw = () => {
    const names = [...running].map(printableName).join(', ');
    const shown = names.length > 60 ? `${names.slice(0, 59)}…` : names;
    clear();
    if (running.size > 0) io.err(`${FRAMES[frame++ % FRAMES.length]} ${running.size} running: ${shown}`);
  };
  return {
    add(name: string) {
      running.add(name);
      timer ??= setInterval(draw, FRAME_MS);
    },
    remove: (name: string) => void running.delete(name),
    clear,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/** How a run shows itself. */
interface ReportOptions {
  /** Whether each result has its line; else only failures are printed, on standard error. */
  readonly lines: boolean;
  /** Whether a spinner may run on a terminal. */
  readonly live: boolean;
  /** What was mailed lately; `undefined` where cron does not mail what is printed. */
  readonly mails: MailMemory | undefined;
}

/** Names the fault of a script that fails. */
const faultOf = (script: string) => `script ${script}`;

export function createReport(io: RunnerIo, options: ReportOptions): Report {
  const { NO_COLOR, TERM } = io.environment;
  const colour = io.terminal && !NO_COLOR && TERM !== 'dumb';
  const spinner = options.live && io.errTerminal && TERM !== 'dumb' ? createSpinner(io) : undefined;
  const printed = new Set<string>();
  const print = (sentence: string) => {
    if (printed.has(sentence)) return;
    printed.add(sentence);
    spinner?.clear();
    io.err(`notify-runner: ${sentence}\n`);
  };
  const warn = (sentence: string, fault = sentence) => {
    if (options.mails?.isDue(fault) !== false) print(sentence);
  };
  /** A result where only what is wrong is printed. */
  const finishedQuietly = (result: JobResult) => {
    const { name, end } = result;
    const { outcome } = end;
    const shown = printableName(name);
    if (outcome === 'failed') warn(`${shown} failed: ${resultText(result)}`, faultOf(name));
    else if (outcome === 'waiting') warn(`${shown}: ${resultText(result)}`, WAITING);
    else if (SUCCESSES.has(outcome) && options.mails?.end(faultOf(name))) print(`${shown} works again.`);
  };
  return {
    warn,
    started: (name) => spinner?.add(name),
    finished(result) {
      spinner?.remove(result.name);
      spinner?.clear();
      if (options.lines) io.out(`${lineOf(result, colour)}\n`);
      else finishedQuietly(result);
    },
    close({ isWaiting }) {
      spinner?.stop();
      if (!isWaiting && options.mails?.end(WAITING)) print('The bot takes notifications again.');
    },
  };
}
