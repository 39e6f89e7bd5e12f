/**
 * The connections of one of the dashboard's sockets, and the requests of each.
 *
 * Promises: sources share the places, so that none takes all; a connection's requests are served one after the other, and
 * a client that pipelines more than one ahead is disconnected; nothing is done for a client that left.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createConnectionShares } from '../../shared/fairness/connection-shares.ts';
import type { RequestTurns } from '../../shared/fairness/request-turns.ts';
import { stopParsing } from '../../shared/http/stop-parsing.ts';
import type { LocalOwners } from './local-owner.ts';
import { forwardedSource, networkOf } from './source.ts';

/** Requests of one connection: the one that is served, and the next. No browser and no proxy pipelines. */
const MAX_UNANSWERED = 2;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  hasBegun: boolean;
}

interface Connection {
  /** Resolves when the kernel has said who connected, with `undefined` if the connection was closed. */
  readonly source: Promise<string | undefined>;
  /** Unanswered requests, oldest first. */
  readonly exchanges: Exchange[];
  /** Takes the request that waits for its turn out of the queue. */
  leave: () => void;
}

export interface Connections {
  /** Gives a new connection a place, or closes it. */
  admit(socket: Socket): void;
  /** Serves a request when its turn comes. */
  readonly take: RequestListener;
}

/** Serves one request. @param source whom to charge */
export type Serve = (request: IncomingMessage, response: ServerResponse, source: string) => void;

/** Whether nothing is lost with it that was begun, except an answer on its way, such as a stream, which is requested again. */
const isSpare = ({ exchanges }: Connection): boolean =>
  exchanges.every(({ request, response, hasBegun }) => !hasBegun || !request.complete || response.headersSent);

/**
 * @param options.places connections at a time
 * @param options.viaProxy whether a proxy says for whom it asks; called after the server listens
 */
export function createConnections(options: {
  readonly places: number;
  readonly viaProxy: () => boolean;
  readonly owners: LocalOwners;
  readonly turns: RequestTurns<string>;
  readonly serve: Serve;
}): Connections {
  const { places, viaProxy, owners, turns, serve } = options;
  const connections = new Map<Socket, Connection>();
  // A connection whose source is not known yet is a party of its own, named by its socket.
  const shares = createConnectionShares<Socket, string | Socket>({
    places,
    unknownPlaces: 0,
    isSpare: (socket) => {
      const connection = connections.get(socket);
      return connection === undefined || isSpare(connection);
    },
  });

  /** @returns whether there was a place; otherwise the connection is closed */
  function takePlace(socket: Socket, party: string | Socket): boolean {
    shares.remove(socket);
    const admission = shares.admit(party, socket);
    if (admission.outcome === 'refused') socket.destroy();
    else admission.displaced?.destroy();
    return admission.outcome === 'admitted';
  }

  function settle(socket: Socket, source: string): boolean {
    if (socket.destroyed || !takePlace(socket, source)) return false;
    shares.settle(source, true);
    return true;
  }

  async function identify(socket: Socket): Promise<string | undefined> {
    const owner = await owners.find(socket);
    if (owner === 'gone') {
      socket.destroy();
      return undefined;
    }
    const source = owner === undefined ? networkOf(socket.remoteAddress ?? '') : `uid ${owner.uid}`;
    return settle(socket, source) ? source : undefined;
  }

  /** Serves the oldest request of a connection when its source's turn comes. */
  async function advance(socket: Socket, connection: Connection): Promise<void> {
    const [exchange] = connection.exchanges;
    if (exchange === undefined) return;
    const { request, response } = exchange;
    const source = viaProxy() ? forwardedSource(request) : await connection.source;
    if (source === undefined || socket.destroyed) return;
    if (viaProxy() && !settle(socket, source)) return;
    connection.leave = turns.add(source, () => {
      if (socket.destroyed || socket.writableEnded) return;
      exchange.hasBegun = true;
      serve(request, response, source);
    });
  }

  return {
    admit(socket) {
      if (!takePlace(socket, socket)) return;
      const source = viaProxy() ? Promise.resolve(undefined) : identify(socket);
      const connection: Connection = { source, exchanges: [], leave: () => {} };
      connections.set(socket, connection);
      socket.once('close', () => {
        connection.leave();
        connections.delete(socket);
        shares.remove(socket);
      });
    },

    take(request, response) {
      const { socket } = request;
      const connection = connections.get(socket);
      if (connection === undefined || connection.exchanges.length >= MAX_UNANSWERED) {
        stopParsing(socket);
        return;
      }
      const { exchanges } = connection;
      const exchange = { request, response, hasBegun: false };
      exchanges.push(exchange);
      response.once('close', () => {
        exchanges.splice(exchanges.indexOf(exchange), 1);
        void advance(socket, connection);
      });
      if (exchanges.length === 1) void advance(socket, connection);
    },
  };
}
