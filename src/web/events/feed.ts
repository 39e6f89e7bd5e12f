/**
 * The bot's event stream of all users: one connection for all pages. After a break it reconnects, continuing after the
 * last event received.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Bot } from '../bot/bot.ts';
import { createEventReader, type ServerEvent } from './sse.ts';

const FIRST_PAUSE_MS = 100;
/** Each connection starts a bot that ended because of wrong settings, so attempts become rare. */
const LONGEST_PAUSE_MS = 60_000;
/** A stream that lasted this long resets the pause. */
const STEADY_MS = 5_000;
/** Silence after which the stream counts as broken; the bot sends a comment every 15 s. */
const SILENCE_MS = 45_000;

export interface EventFeed {
  start(): void;
  stop(): Promise<void>;
  /** Whether events arrive. */
  readonly open: boolean;
}

/** @param options.onState called when the stream opens or breaks */
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

  const setOpen = (state: boolean) => {
    if (open === state) return;
    open = state;
    onState(state);
  };

  /** A failure over one event ends there: the stream goes on with the next. */
  const handle = (event: ServerEvent) => {
    try {
      onEvent(event);
    } catch (error) {
      log.error({ event: event.event, id: event.id, cause: sentenceOf(error) }, 'An event could not be handled.');
    }
  };

  const readOnce = async () => {
    const answer = await bot.stream('/events?all=true', {
      signal: over.signal,
      ...(last !== undefined && { headers: { 'last-event-id': last } }),
    });
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new Error(`The bot answered ${answer.statusCode}.`);
    }
    answer
      .setEncoding('utf8')
      .socket.setTimeout(SILENCE_MS, () => answer.destroy(new Error('The bot sent nothing for too long.')));
    setOpen(true);
    const take = createEventReader((event) => {
      last = event.id ?? last;
      if (event.data !== '') handle(event);
    });
    for await (const piece of answer) take(String(piece));
  };

  const run = async () => {
    let pause = FIRST_PAUSE_MS;
    while (!over.signal.aborted) {
      const began = performance.now();
      await readOnce().catch((error: unknown) => {
        if (!over.signal.aborted) log.debug({ cause: sentenceOf(error) }, 'The event stream broke.');
      });
      setOpen(false);
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
