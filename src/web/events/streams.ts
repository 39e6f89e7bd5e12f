/**
 * The event streams of pages and programs. An event goes only to its owner's streams. A stream that doesn't read is
 * disconnected: browsers reconnect automatically and ask for the missed events.
 */
import type { ServerResponse } from 'node:http';
import { Problem } from '../../core/problem.ts';
import { isProgram, ownerKeyOf, type Session } from '../sessions/session.ts';
import { type ServerEvent, writeEvent } from './sse.ts';

const MAX_PER_USER = 20;
const MAX_PER_PROGRAM = 5;
const MAX = 2_000;
/** Bytes buffered for a slow reader. */
const MAX_BUFFERED = 256 * 1024;
/** Bytes of missed events that are sent again; after a longer absence the page reloads. */
const MAX_REPLAY = MAX_BUFFERED / 2;
/** Time to read the rest of an ended stream, ms. */
const DRAIN_MS = 5_000;
/** Events kept for reconnecting browsers, of all users. */
const REMEMBERED = 500;

/** An event and its owner. */
export interface OwnedEvent extends ServerEvent {
  readonly user: string;
}

/** Serialises events for a stream. */
export type Format = (event: OwnedEvent) => string;

export interface Streams {
  /**
   * Begins a stream: headers, missed events, then new events.
   * @param since the id of the last event received
   * @throws Problem `too_many_streams`
   */
  open(session: Session, response: ServerResponse, format: Format, since: string | undefined): void;
  /**
   * Sends an event to its owner's streams.
   * @throws what a format threw, after the streams of other formats got the event
   */
  publish(event: OwnedEvent): void;
  /** Tells every stream, including later ones, whether events arrive from the bot. */
  publishState(open: boolean): void;
  /** Tells every stream that it may have missed events. */
  publishGap(event: ServerEvent): void;
  /** Ends the streams of a session. */
  cut(session: Session): void;
  readonly count: number;
  /** The sessions with open streams. */
  readonly sessions: ReadonlySet<Session>;
  start(): void;
  stop(): void;
}

interface Stream {
  readonly session: Session;
  readonly response: ServerResponse;
  readonly format: Format;
}

/** An event as a format wrote it, or why it could not. */
interface Tried {
  readonly text?: string;
  readonly failure?: unknown;
}

function tried(format: Format, event: OwnedEvent): Tried {
  try {
    return { text: format(event) };
  } catch (failure) {
    return { failure };
  }
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Without this, nginx buffers answers until it has some kilobytes.
  'x-accel-buffering': 'no',
};

/**
 * @param isAlive whether a session is still valid
 * @param heartbeatMs how often each stream gets a comment and its session is checked
 */
export function createStreams(isAlive: (session: Session) => boolean, heartbeatMs: number): Streams {
  const streams = new Set<Stream>();
  let remembered: OwnedEvent[] = [];
  let state: ServerEvent | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  const write = (stream: Stream, text: string) => {
    const { response } = stream;
    if (response.writableLength <= MAX_BUFFERED) {
      response.write(text);
      return;
    }
    streams.delete(stream);
    response.destroy();
  };
  /** Ends a stream; nothing is written to it afterwards. */
  const end = (stream: Stream) => {
    streams.delete(stream);
    const { response } = stream;
    response.end();
    // A client that doesn't read would never reach the end.
    const late = setTimeout(() => response.destroy(), DRAIN_MS).unref();
    response.once('close', () => clearTimeout(late));
  };
  const replay = ({ session: { user }, format }: Stream, since: string | undefined): string => {
    if (since === undefined) return '';
    const at = remembered.findIndex(({ id }) => id === since);
    const own = remembered.slice(at + 1).filter((event) => event.user === user);
    const texts = at < 0 ? [undefined] : own.map((event) => tried(format, event).text);
    const text = texts.join('');
    // Unknown events may have been missed.
    if (!texts.includes(undefined) && Buffer.byteLength(text) <= MAX_REPLAY) return text;
    return writeEvent({ event: 'gap', id: remembered.at(-1)?.id, data: '{}' });
  };

  return {
    open(session, response, format, since) {
      const owner = ownerKeyOf(session);
      const own = [...streams].filter((stream) => ownerKeyOf(stream.session) === owner).length;
      if (own >= (isProgram(session) ? MAX_PER_PROGRAM : MAX_PER_USER) || streams.size >= MAX) {
        throw new Problem('too_many_streams', 'Too many pages are open: close some, then reload this one.');
      }
      const stream = { session, response, format };
      // The client may have disconnected during the check of its session.
      if (response.destroyed) return;
      response.writeHead(200, HEADERS);
      response.write(': hello\nretry: 2000\n\n');
      if (state !== undefined) response.write(writeEvent(state));
      response.write(replay(stream, since));
      streams.add(stream);
      response.once('close', () => streams.delete(stream));
    },
    publish(event) {
      remembered = [...remembered.slice(-REMEMBERED + 1), event];
      const made = new Map<Format, Tried>();
      for (const stream of streams) {
        if (stream.session.user !== event.user) continue;
        const one = made.get(stream.format) ?? tried(stream.format, event);
        made.set(stream.format, one);
        if (one.text !== undefined) write(stream, one.text);
      }
      for (const { failure } of made.values()) if (failure !== undefined) throw failure;
    },
    publishState(open) {
      state = { event: 'state', id: undefined, data: JSON.stringify({ open }) };
      const text = writeEvent(state);
      for (const stream of streams) write(stream, text);
    },
    publishGap(event) {
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
      heartbeat ??= setInterval(() => {
        for (const stream of streams) {
          if (isAlive(stream.session)) write(stream, ': still here\n\n');
          else end(stream);
        }
      }, heartbeatMs);
    },
    stop() {
      clearInterval(heartbeat);
      for (const stream of streams) end(stream);
    },
  };
}
