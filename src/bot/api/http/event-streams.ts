/**
 * Open streams of events (https://html.spec.whatwg.org/multipage/server-sent-events.html): how many there may be, a
 * sign of life for each, and an end for those whose reader doesn't keep up.
 */
import type { ServerResponse } from 'node:http';
import type { Caller } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import type { FeedEvent, Follower } from '../../../core/views/feed-event.ts';
import { MAX_STREAM_MS, MAX_STREAMS, MAX_STREAMS_PER_UID, MAX_UNREAD_BYTES, STREAM_SIGN_MS } from '../limits.ts';
import { ClientGone } from './exchange.ts';

/** Begins to tell a follower, and returns how to end that. */
export type Follow = (follower: Follower) => () => void;

/** @see createEventStreams */
export interface EventStreams {
  /**
   * Takes a place for a stream.
   *
   * @returns what writes it, once the answer's head is out
   * @throws Problem `too_many_streams`, `too_many_connections`; ClientGone
   */
  admit(caller: Caller, response: ServerResponse, last: number, follow: Follow): () => void;
  /** Ends all of them; none is taken in after that. */
  close(): void;
}

/** An event as it is written. A JSON text has no line ends. */
export function written({ number, name, data }: FeedEvent): string {
  return `id: ${number}\nevent: ${name}\ndata: ${data}\n\n`;
}

/** @param now milliseconds on a clock that never goes back */
export function createEventStreams(now: () => number): EventStreams {
  const streams = new Map<ServerResponse, { readonly uid: number; readonly until: number }>();
  let timer: NodeJS.Timeout | undefined;

  function refuse({ uid, trusted, name }: Caller): void {
    if (streams.size >= MAX_STREAMS) {
      throw new Problem('too_many_connections', 'There are too many open streams of events: try again in a moment.');
    }
    const own = [...streams.values()].filter((stream) => stream.uid === uid).length;
    if (trusted || own < MAX_STREAMS_PER_UID) return;
    throw new Problem('too_many_streams', `${name} has ${own} streams of events open already: close one of them.`);
  }

  function write(response: ServerResponse, text: string): void {
    if (response.destroyed || response.writableEnded) return;
    // Nothing is kept for a reader who doesn't read: with Last-Event-ID they get what they missed.
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    else response.write(text);
  }

  function giveSigns(): void {
    for (const [response, { until }] of streams) {
      // Whoever may still listen comes back, and who they are is looked at anew.
      if (now() > until) response.end();
      else write(response, ': \n\n');
    }
  }

  function add(response: ServerResponse, uid: number): void {
    streams.set(response, { uid, until: now() + MAX_STREAM_MS });
    timer ??= setInterval(giveSigns, STREAM_SIGN_MS).unref();
    response.once('close', () => {
      streams.delete(response);
      if (streams.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  }

  return {
    admit(caller, response, last, follow) {
      refuse(caller);
      if (response.destroyed) throw new ClientGone();
      add(response, caller.uid);
      return () => {
        write(response, `: open\nid: ${last}\n\n`);
        const end = follow((event) => write(response, written(event)));
        if (response.destroyed) end();
        else response.once('close', end);
      };
    },
    close() {
      for (const response of streams.keys()) response.end();
    },
  };
}
