/**
 * Open event streams (https://html.spec.whatwg.org/multipage/server-sent-events.html): limits their number, sends
 * heartbeats, and ends a stream whose reader doesn't keep up.
 */
import type { ServerResponse } from 'node:http';
import type { Caller } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import type { FeedEvent, Follower } from '../../../core/views/feed-event.ts';
import { createConcurrencyLimit, type Place } from '../../../shared/fairness/concurrency-limit.ts';
import {
  FAIR_UNREAD_BYTES,
  MAX_ALL_UNREAD_BYTES,
  MAX_STREAM_MS,
  MAX_STREAMS,
  MAX_STREAMS_PER_UID,
  MAX_UNREAD_BYTES,
  STREAM_HEARTBEAT_MS,
} from '../limits.ts';
import { ClientGone } from './exchange.ts';

/** Subscribes a follower, and returns a function that ends the subscription. */
export type Follow = (follower: Follower) => () => void;

/** @see createEventStreams */
export interface EventStreams {
  /**
   * Admits a stream.
   *
   * @returns a function that writes the stream, to be called after the head of the answer
   * @throws Problem `too_many_streams`, `too_many_connections`; ClientGone
   */
  admit(caller: Caller, response: ServerResponse, last: number, follow: Follow): () => void;
  /** Ends all streams. */
  close(): void;
}

/** An event in the format of the stream. A JSON text has no line ends. */
export function written({ number, name, data }: FeedEvent): string {
  return `id: ${number}\nevent: ${name}\ndata: ${data}\n\n`;
}

/** @param now milliseconds on a clock that never goes back */
export function createEventStreams(now: () => number): EventStreams {
  const streams = new Map<ServerResponse, { readonly until: number }>();
  // Trusted users, such as the dashboard, have places of their own.
  const places = createConcurrencyLimit({ perParty: MAX_STREAMS_PER_UID, overall: MAX_STREAMS });
  const trustedPlaces = createConcurrencyLimit({ perParty: Number.POSITIVE_INFINITY, overall: MAX_STREAMS });
  let timer: NodeJS.Timeout | undefined;

  /** @throws Problem `too_many_streams`, `too_many_connections` */
  function takePlace({ uid, trusted, name }: Caller): Place {
    const place = (trusted ? trustedPlaces : places).take(String(uid));
    if (!('full' in place)) return place;
    if (place.full === 'all') {
      throw new Problem('too_many_connections', 'There are too many open streams of events: try again in a moment.');
    }
    throw new Problem('too_many_streams', `${name} has as many streams of events open as they may: close one of them.`);
  }

  /** Whether a reader has left too much unread: more than any reader may, or than all of them together leave room for. */
  function isBehind({ writableLength }: ServerResponse): boolean {
    if (writableLength > MAX_UNREAD_BYTES) return true;
    if (writableLength <= FAIR_UNREAD_BYTES) return false;
    let unread = 0;
    for (const response of streams.keys()) unread += response.writableLength;
    return unread > MAX_ALL_UNREAD_BYTES;
  }

  function write(response: ServerResponse, text: string): void {
    if (response.destroyed || response.writableEnded) return;
    // A reader that was disconnected gets what it missed with Last-Event-ID.
    if (isBehind(response)) response.destroy();
    else response.write(text);
  }

  function sendHeartbeats(): void {
    for (const [response, { until }] of streams) {
      // A reader that connects again is identified and authorized again.
      if (now() > until) response.end();
      else write(response, ': \n\n');
    }
  }

  function add(response: ServerResponse, place: Place): void {
    streams.set(response, { until: now() + MAX_STREAM_MS });
    timer ??= setInterval(sendHeartbeats, STREAM_HEARTBEAT_MS).unref();
    response.once('close', () => {
      streams.delete(response);
      place.free();
      if (streams.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  }

  return {
    admit(caller, response, last, follow) {
      if (response.destroyed) throw new ClientGone();
      add(response, takePlace(caller));
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
