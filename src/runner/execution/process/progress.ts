/**
 * What a script prints while it runs, for a caller that asked for progress: its newest lines, of standard error and of what is
 * no JSON on standard output. A script that is quick shows none, and one that floods its outputs costs no more than others.
 */
import { MOST_PROGRESS_LINES, PROGRESS_EVERY_MS, shownLines } from '../../../shared/api/actor/progress.ts';
import { createJsonLines } from './json-lines.ts';
import { createOutputLines } from './output-lines.ts';

/** Before this, a script's output is not reported, ms: most scripts are done by then. */
const QUIET_MS = 2_000;

/** Bytes of a chunk that are looked at: of a script that floods its outputs, what is older is not shown anyway. */
const MOST_BYTES = 16_384;

/** Which of its outputs a script writes to. */
export type OutputName = 'stdout' | 'stderr';

/** @see createProgress */
export interface Progress {
  /** Takes a chunk of output; keeps no reference to it. */
  add(output: OutputName, chunk: Buffer): void;
  /** Reports nothing more. */
  end(): void;
}

/**
 * Begins now.
 *
 * @param report called with the newest lines, oldest first, when they have changed, at most once in a second
 */
export function createProgress(report: (lines: readonly string[]) => void, quietMs = QUIET_MS): Progress {
  const recent: string[] = [];
  const keep = (line: string) => {
    recent.push(line);
    if (recent.length > MOST_PROGRESS_LINES) recent.shift();
  };
  const outputs = {
    stdout: createOutputLines(createJsonLines(), keep),
    stderr: createOutputLines(undefined, keep),
  };
  let reported = '';
  let nextAt = performance.now() + quietMs;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  function send(): void {
    timer = undefined;
    nextAt = performance.now() + PROGRESS_EVERY_MS;
    const unfinished = [outputs.stdout.unfinished(), outputs.stderr.unfinished()].filter((line) => line !== undefined);
    const lines = shownLines([...recent, ...unfinished]);
    const now = lines.join('\n');
    if (now === reported) return;
    reported = now;
    report(lines);
  }

  return {
    add(output, chunk) {
      if (over) return;
      // Standard output is bounded, and JSON is known from its beginning.
      outputs[output].add(output === 'stderr' ? chunk.subarray(-MOST_BYTES) : chunk);
      timer ??= setTimeout(send, Math.max(0, nextAt - performance.now())).unref();
    },
    end() {
      over = true;
      clearTimeout(timer);
    },
  };
}
