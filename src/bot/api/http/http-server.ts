import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errnoOf, Problem } from '../../../core/problem.ts';
import type { RequestHandler } from '../handler.ts';
import * as limits from '../limits.ts';
import { answerProblem, heldAnswer, writeAnswer } from './answer.ts';
import type { Connections } from './connections.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { createMemoryQuota, type MemoryQuota, type Release } from './memory-quota.ts';

/** The errors of Node and its parser for a broken request. https://nodejs.org/api/http.html#event-clienterror */
function problemOf(error: Error): Problem {
  switch (errnoOf(error)) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('too_slow', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('head_too_large', "The request's head is larger than 16 KiB.");
    default:
      return new Problem('bad_request', 'This is not a request in HTTP/1.1.');
  }
}

const expectation = new Problem('wrong_expectation', 'expect: only 100-continue is known.');
const tunnel = new Problem('wrong_method', 'CONNECT is not served here.');

/** What a response holds of its caller's memory, until it is read or its connection is gone. */
function holdsUntilClosed(
  response: ServerResponse,
  uid: number,
  memory: MemoryQuota,
): Pick<Exchange, 'hold' | 'holdSoon'> {
  const held: Release[] = [];
  // The client may leave before its body is read; bytes charged after that would never be given back.
  let over = response.destroyed;
  response.once('close', () => {
    over = true;
    for (const release of held.splice(0)) release();
  });
  return {
    hold(bytes) {
      if (!over) held.push(memory.charge(uid, bytes));
    },
    async holdSoon(bytes) {
      const release = await memory.chargeSoon(uid, bytes);
      held.push(release);
      if (!over) return;
      release();
      throw new ClientGone();
    },
  };
}

/**
 * Creates Node's HTTP server with every limit set: a slow, silent or broken client costs a little memory for a few
 * seconds and delays no other client.
 *
 * @param isStopping whether to close each connection after its answer
 */
export function createHttpServer(connections: Connections, handler: RequestHandler, isStopping: () => boolean): Server {
  const memory = createMemoryQuota(limits.MEMORY_LIMITS);
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.of(request.socket);
    const isOver = connection === undefined || connection.lastAnswer !== undefined;
    if (isOver || connection.exchanges.size >= limits.MAX_PIPELINED) {
      request.socket.destroy();
      return;
    }
    const { uid } = connection.peer;
    const exchange: Exchange = {
      request,
      response,
      first: !connection.used,
      ...holdsUntilClosed(response, uid, memory),
      fail: undefined,
      broken: undefined,
    };
    connections.track(connection, exchange);
    handler(exchange, connection.peer)
      .then((answer) => {
        if (answer === undefined) request.socket.destroy();
        else {
          const isLast = isStopping() || exchange.broken !== undefined;
          writeAnswer(request, response, heldAnswer(answer, exchange.hold), isLast);
        }
      })
      .catch(() => request.socket.destroy());
  };

  const server = createServer({
    maxHeaderSize: limits.MAX_HEAD_BYTES,
    headersTimeout: limits.HEAD_DEADLINE_MS,
    requestTimeout: limits.UPLOAD_DEADLINE_MS,
    keepAliveTimeout: limits.KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
    // A Unix socket has no host name, and Node's own refusal would not be JSON.
    requireHostHeader: false,
  });
  // Beyond this limit Node drops header lines silently; 16 KiB can't hold so many.
  server.maxHeadersCount = 20_000;
  server.on('connection', (socket) => connections.admit(socket));
  server.on('request', begin);
  server.on('checkContinue', begin);
  server.on('checkExpectation', (request, response) => {
    writeAnswer(request, response, answerProblem(expectation), true);
  });
  const breakOff = (socket: Duplex, problem: Problem) => {
    if (socket instanceof Socket) connections.breakOff(socket, problem);
    else socket.destroy();
  };
  server.on('connect', (_request, socket) => breakOff(socket, tunnel));
  server.on('clientError', (error, socket) => {
    if (errnoOf(error) === 'ECONNRESET' || !socket.writable) socket.destroy();
    else breakOff(socket, problemOf(error));
  });
  return server;
}
