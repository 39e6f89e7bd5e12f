/** How a run shows itself: live on a terminal, plain lines elsewhere, nothing under cron unless something is wrong. */

import type { JobResult } from '../execution/job-context.ts';
import { continued } from '../text/failure-messages.ts';
import type { RunnerIo } from './io.ts';

export interface Report {
  started(name: string): void;
  finished(result: JobResult): void;
  /** Something is wrong that isn't one script's failure; each sentence is said once. */
  warn(sentence: string): void;
  close(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

const WORDS: Readonly<Record<JobResult['outcome'], { mark: string; word: string; colour: number }>> = {
  sent: { mark: '✓', word: 'sent', colour: 32 },
  queued: { mark: '✓', word: 'handed to the bot', colour: 32 },
  muted: { mark: '·', word: 'recorded, the chat is muted', colour: 33 },
  waiting: { mark: '…', word: 'not sent yet', colour: 33 },
  quiet: { mark: '·', word: 'nothing to say', colour: 2 },
  cooldown: { mark: '·', word: 'cooling down', colour: 2 },
  failed: { mark: '✗', word: 'failed', colour: 31 },
  running: { mark: '·', word: 'running already', colour: 33 },
  'would-send': { mark: '→', word: 'would be sent', colour: 36 },
  stopped: { mark: '✗', word: 'stopped', colour: 33 },
};

/** A script's name on one line, whatever it is called. */
export const shownName = (name: string): string => name.replace(/\p{Cc}/gu, '?');

/** One result in words. */
export function lineOf({ name, outcome, detail, took }: JobResult, colour: boolean): string {
  const { mark, word, colour: number } = WORDS[outcome];
  const paint = (text: string) => (colour ? `\u001b[${number}m${text}\u001b[0m` : text);
  const seconds = took >= 100 ? ` (${(took / 1000).toFixed(1)} s)` : '';
  return `${paint(mark)} ${shownName(name)}: ${word}${detail === '' ? '' : `, ${continued(detail)}`}${seconds}`;
}

function createSpinner(io: RunnerIo) {
  const running = new Set<string>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const clear = () => io.err('\r\u001b[K');
  const draw = () => {
    const names = [...running].map(shownName).join(', ');
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
 * @param options.lines whether each result has its line; else only what is wrong is said, on standard error
 */
export function createReport(io: RunnerIo, options: { readonly lines: boolean; readonly live: boolean }): Report {
  const { NO_COLOR, TERM } = io.environment;
  const colour = io.terminal && !NO_COLOR && TERM !== 'dumb';
  const spinner = options.live && io.errTerminal && TERM !== 'dumb' ? createSpinner(io) : undefined;
  const said = new Set<string>();
  const warn = (sentence: string) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    spinner?.clear();
    io.err(`notify-runner: ${sentence}\n`);
  };
  return {
    warn,
    started: (name) => spinner?.add(name),
    finished(result) {
      spinner?.remove(result.name);
      spinner?.clear();
      if (options.lines) io.out(`${lineOf(result, colour)}\n`);
      else if (result.outcome === 'failed') warn(`${shownName(result.name)} failed: ${result.detail}`);
      else if (result.outcome === 'waiting') warn(`${shownName(result.name)}: ${result.detail}`);
    },
    close: () => spinner?.stop(),
  };
}
