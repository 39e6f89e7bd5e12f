/**
 * The bot's stream of everybody's events: one connection for all pages. When it breaks it is made again, from the
 * last event that was seen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Bot } from '../bot/bot.ts';
import { createEventReader, type ServerEvent } from './sse.ts';

const FIRST_PAUSE_MS = 100;
/** Each knock on its socket starts a bot that ended over wrong settings, so knocks become rare. */
const LONGEST_PAUSE_MS = 60_000;
/** A stream that lasted this long was a good one. */
const STEADY_MS = 5_000;
/** The bot says something every 15 s. */
const SILENCE_MS = 45_000;

export interface EventFeed {
  start(): void;
  stop(): Promise<void>;
  /** Whether events arrive. */
  readonly open: boolean;
}

/** @param onState told when it breaks and when it is there again */
export function createFeed(options: {
  readonly bot: Pick<Bot, 'stream'>;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (open: boolean) => void;
  readonly log: Log;
}): EventFeed {
  const { bot, onEvent, onState, log } = options;
  const over = new AbortController();
  let last: string | undefined;
  let open = false;
  let running: Promise<void> | undefined;

  const turn = (state: boolean) => {
    if (open === state) return;
    open = state;
    onState(state);
  };

  const readOnce = async () => {
    const answer = await bot.stream('/events?all=true', {
      signal: over.signal,
      ...(last !== undefined && { headers: { 'last-event-id': last } }),
    });
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new Error(`The bot answers ${answer.statusCode}.`);
    }
    answer.setEncoding('utf8').socket.setTimeout(SILENCE_MS, () => answer.destroy(new Error('The bot fell silent.')));
    turn(true);
    const take = createEventReader((event) => {
      last = event.id ?? last;
      if (event.data !== '') onEvent(event);
    });
    for await (const piece of answer) take(String(piece));
  };

  const run = async () => {
    let pause = FIRST_PAUSE_MS;
    while (!over.signal.aborted) {
      const began = performance.now();
      await readOnce().catch((error: unknown) => {
        if (!over.signal.aborted) log.debug({ cause: sentenceOf(error) }, 'The stream of events broke.');
      });
      turn(false);
      pause = performance.now() - began > STEADY_MS ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await sleep(pause, undefined, { signal: over.signal }).catch(() => {});
    }
  };

  return {
    start() {
      running ??= run();
    },
    async stop() {
      over.abort();
      await running;
    },
    get open() {
      return open;
    },
  };
}
