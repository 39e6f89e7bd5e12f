import type { Lane } from './ports.ts';
import type { WaitingAnswer } from './schedule/answers.ts';
import type { Schedule } from './schedule/schedule.ts';

/** The longest sleep between two looks at the schedule, in milliseconds: it may be held, or let go, meanwhile. */
const LONGEST_SLEEP_MS = 1_000;

/**
 * Waits until a message that is no delivery may go, and counts it.
 *
 * @param stopping lets it go at once: a stop does not wait, and few are left then
 */
export type AnswerTurn = (lane: Lane, stopping: AbortSignal) => Promise<void>;

/** Gives answers their turn. @param clock milliseconds that never go back */
export function createAnswerTurns({ answers }: Pick<Schedule, 'answers'>, clock: () => number): AnswerTurn {
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const { begin } of answers.takeDue(clock())) begin();
    const at = answers.next(clock());
    if (at !== undefined) timer = setTimeout(wake, Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(at - clock()))));
  }

  return (lane, stopping) =>
    new Promise((resolve) => {
      if (stopping.aborted) return resolve();
      const onStop = () => {
        answers.remove(answer, clock());
        resolve();
      };
      const answer: WaitingAnswer = {
        lane,
        begin() {
          stopping.removeEventListener('abort', onStop);
          resolve();
        },
      };
      stopping.addEventListener('abort', onStop);
      answers.add(answer, clock());
      wake();
    });
}
