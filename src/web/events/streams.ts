/**
 * The pages that listen. An event goes to its owner's streams alone; one that doesn't take what it is sent is cut off,
 * never waited for: a browser comes back by itself and asks for what it missed.
 */
import type { ServerResponse } from 'node:http';
import { Problem } from '../../core/problem.ts';
import { isProgram, ownerKeyOf, type Session } from '../sessions/session.ts';
import { type ServerEvent, writeEvent } from './sse.ts';

/** Keeps proxies from taking the silence for an end; most wait for 60 s. */
const HEARTBEAT_MS = 15_000;
const MAX_PER_USER = 20;
const MAX_PER_PROGRAM = 5;
const MAX = 2_000;
/** What may wait for a slow reader, bytes. */
const MAX_WAITING = 256 * 1024;
/** What is told of the past at most, bytes; who missed more loads the page anew. */
const MAX_MISSED = MAX_WAITING / 2;
/** How long a stream that ended may take to be read to its end, ms. */
const LAST_WORDS_MS = 5_000;
/** Events that are remembered for browsers that come back, of everybody. */
const REMEMBERED = 500;

/** An event and whom it is for. */
export interface OwnedEvent extends ServerEvent {
  readonly user: string;
}

/** How a stream wants its events. */
export type Format = (event: OwnedEvent) => string;

export interface Streams {
  /**
   * Begins a stream: headers, then what was missed, then what comes.
   * @param since the last event that the browser has seen
   * @throws Problem `too_many_streams`
   */
  open(session: Session, response: ServerResponse, format: Format, since: string | undefined): void;
  publish(event: OwnedEvent): void;
  /** Tells every page, also those that come later, whether events arrive from the bot. */
  tellState(open: boolean): void;
  /** Tells every page that it missed something. */
  tellGap(event: ServerEvent): void;
  /** Ends the streams of a session that ended. */
  cut(session: Session): void;
  readonly count: number;
  /** Whose streams are open, each once. */
  readonly sessions: ReadonlySet<Session>;
  start(): void;
  stop(): void;
}

interface Stream {
  readonly session: Session;
  readonly response: ServerResponse;
  readonly format: Format;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // nginx holds answers back until it has some kilobytes unless told otherwise.
  'x-accel-buffering': 'no',
};

/** @param isAlive whether a session still counts */
export function createStreams(isAlive: (session: Session) => boolean): Streams {
  const streams = new Set<Stream>();
  let remembered: OwnedEvent[] = [];
  let state: ServerEvent | undefined;
  let heart: NodeJS.Timeout | undefined;

  const write = (stream: Stream, text: string) => {
    const { response } = stream;
    if (response.writableLength <= MAX_WAITING) {
      response.write(text);
      return;
    }
    streams.delete(stream);
    response.destroy();
  };
  /** Nothing is written to it after that. */
  const end = (stream: Stream) => {
    streams.delete(stream);
    const { response } = stream;
    response.end();
    // Who doesn't read would never come to the end.
    const late = setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
    response.once('close', () => clearTimeout(late));
  };
  const missed = ({ session: { user }, format }: Stream, since: string | undefined): string => {
    if (since === undefined) return '';
    const at = remembered.findIndex(({ id }) => id === since);
    const own = remembered.slice(at + 1).filter((event) => event.user === user);
    const text = at < 0 ? undefined : own.map(format).join('');
    // What is not remembered may have been missed.
    if (text !== undefined && Buffer.byteLength(text) <= MAX_MISSED) return text;
    return writeEvent({ event: 'gap', id: remembered.at(-1)?.id, data: '{}' });
  };

  return {
    open(session, response, format, since) {
      const owner = ownerKeyOf(session);
      const own = [...streams].filter((stream) => ownerKeyOf(stream.session) === owner).length;
      if (own >= (isProgram(session) ? MAX_PER_PROGRAM : MAX_PER_USER) || streams.size >= MAX) {
        throw new Problem('too_many_streams', 'Too many pages are open: close some, and load this one again.');
      }
      const stream = { session, response, format };
      // They may have left while it was looked at who they are.
      if (response.destroyed) return;
      response.writeHead(200, HEADERS);
      response.write(': hello\nretry: 2000\n\n');
      if (state !== undefined) response.write(writeEvent(state));
      response.write(missed(stream, since));
      streams.add(stream);
      response.once('close', () => streams.delete(stream));
    },
    publish(event) {
      remembered = [...remembered.slice(-REMEMBERED + 1), event];
      const texts = new Map<Format, string>();
      for (const stream of streams) {
        if (stream.session.user !== event.user) continue;
        const text = texts.get(stream.format) ?? stream.format(event);
        texts.set(stream.format, text);
        write(stream, text);
      }
    },
    tellState(open) {
      state = { event: 'state', id: undefined, data: JSON.stringify({ open }) };
      const text = writeEvent(state);
      for (const stream of streams) write(stream, text);
    },
    tellGap(event) {
      remembered = [];
      for (const stream of streams) write(stream, writeEvent(event));
    },
    cut(session) {
      for (const stream of streams) if (stream.session.key === session.key) end(stream);
    },
    get count() {
      return streams.size;
    },
    get sessions() {
      return new Set([...streams].map(({ session }) => session));
    },
    start() {
      heart ??= setInterval(() => {
        for (const stream of streams) {
          if (isAlive(stream.session)) write(stream, ': still here\n\n');
          else end(stream);
        }
      }, HEARTBEAT_MS);
    },
    stop() {
      clearInterval(heart);
      for (const stream of streams) end(stream);
    },
  };
}
