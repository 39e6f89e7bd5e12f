/** How a run shows itself: live on a terminal, plain lines elsewhere, under cron only what is wrong. */
import type { JobResult } from '../execution/run-context.ts';
import type { RunEnd } from '../outcomes.ts';
import { printableName } from '../text/plain-text.ts';
import { resultText } from '../text/run-text.ts';
import type { RunnerIo } from './io.ts';

export interface Report {
  started(name: string): void;
  finished(result: JobResult): void;
  /** Prints a sentence on standard error; a repeated one is dropped. */
  warn(sentence: string): void;
  close(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

const LABELS: Readonly<Record<RunEnd['outcome'], { mark: string; label: string; colour: number }>> = {
  sent: { mark: '✓', label: 'sent', colour: 32 },
  queued: { mark: '✓', label: 'queued', colour: 32 },
  muted: { mark: '·', label: 'recorded, the chat is muted', colour: 33 },
  waiting: { mark: '…', label: 'not sent yet', colour: 33 },
  quiet: { mark: '·', label: 'no alert', colour: 2 },
  cooldown: { mark: '·', label: 'cooldown', colour: 2 },
  failed: { mark: '✗', label: 'failed', colour: 31 },
  running: { mark: '·', label: 'running already', colour: 33 },
  'would-send': { mark: '→', label: 'would be sent', colour: 36 },
  stopped: { mark: '✗', label: 'stopped', colour: 33 },
};

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
  const clear = () => io.err('\r\u001b[K');
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

/**
 * @param options.lines whether each result has its line; else only failures are printed, on standard error
 * @param options.live whether a spinner may run on a terminal
 */
export function createReport(io: RunnerIo, options: { readonly lines: boolean; readonly live: boolean }): Report {
  const { NO_COLOR, TERM } = io.environment;
  const colour = io.terminal && !NO_COLOR && TERM !== 'dumb';
  const spinner = options.live && io.errTerminal && TERM !== 'dumb' ? createSpinner(io) : undefined;
  const printed = new Set<string>();
  const warn = (sentence: string) => {
    if (printed.has(sentence)) return;
    printed.add(sentence);
    spinner?.clear();
    io.err(`notify-runner: ${sentence}\n`);
  };
  return {
    warn,
    started: (name) => spinner?.add(name),
    finished(result) {
      const { name, end } = result;
      spinner?.remove(name);
      spinner?.clear();
      if (options.lines) io.out(`${lineOf(result, colour)}\n`);
      else if (result.since === 'works_again') warn(`${printableName(name)} works again.`);
      // Cron mails each line: one when the failure begins, one when it ends.
      else if (result.since === 'failed_before' && end.outcome === 'failed') return;
      else if (end.outcome === 'failed') warn(`${printableName(name)} failed: ${resultText(result)}`);
      else if (end.outcome === 'waiting') warn(`${printableName(name)}: ${resultText(result)}`);
    },
    close: () => spinner?.stop(),
  };
}
