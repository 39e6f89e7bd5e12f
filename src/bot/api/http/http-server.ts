import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { createRequestTurns } from '../../../shared/fairness/request-turns.ts';
import { stopParsing } from '../../../shared/http/stop-parsing.ts';
import type { RequestHandler } from '../handler.ts';
import * as limits from '../limits.ts';
import { answerProblem, heldAnswer, writeAnswer } from './answer.ts';
import type { Connection, Connections } from './connections.ts';
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

/** What a head takes while its request waits, about: the characters of its target and of its fields. */
function headBytesOf({ url = '', rawHeaders }: IncomingMessage): number {
  let bytes = url.length;
  for (const word of rawHeaders) bytes += word.length;
  return bytes;
}

/** Whether a client has sent more ahead than a connection may. */
function isFull({ exchanges }: Connection): boolean {
  if (exchanges.size >= limits.MAX_PIPELINED) return true;
  let bytes = 0;
  for (const { headBytes } of exchanges.keys()) bytes += headBytes;
  return bytes > limits.MAX_PIPELINED_BYTES;
}

/**
 * Creates Node's HTTP server with every limit set: a slow, silent or broken client costs a little memory for a few
 * seconds and delays no other client.
 *
 * @param isStopping whether to close each connection after its answer
 */
export function createHttpServer(connections: Connections, handler: RequestHandler, isStopping: () => boolean): Server {
  const memory = createMemoryQuota(limits.MEMORY_LIMITS);
  const turns = createRequestTurns<number>(limits.REQUEST_TURNS);

  const serve = (exchange: Exchange, { peer }: Connection, refusal: Problem | undefined): void => {
    const { request, response } = exchange;
    const answered = refusal === undefined ? handler(exchange, peer) : Promise.resolve(answerProblem(refusal));
    answered
      .then((answer) => {
        if (answer === undefined) request.socket.destroy();
        else {
          const isLast = isStopping() || exchange.broken !== undefined;
          writeAnswer(request, response, heldAnswer(answer, exchange.hold), isLast);
        }
      })
      .catch(() => request.socket.destroy());
  };

  /**
   * Takes a request: it begins when those before it on its connection are answered, and its account's turn comes.
   * @param refusal its answer, after which the connection is closed
   */
  const take = (request: IncomingMessage, response: ServerResponse, refusal?: Problem): void => {
    const { socket } = request;
    const connection = connections.of(socket);
    const isOver = connection === undefined || connection.lastAnswer !== undefined;
    if (isOver || isFull(connection)) {
      stopParsing(socket);
      return;
    }
    const { uid } = connection.peer;
    const exchange: Exchange = {
      request,
      response,
      first: !connection.used,
      headBytes: headBytesOf(request),
      ...holdsUntilClosed(response, uid, memory),
      fail: undefined,
      broken: refusal,
    };
    const begin = () => {
      let leave = () => {};
      const onClose = () => leave();
      response.once('close', onClose);
      leave = turns.add(uid, () => {
        response.off('close', onClose);
        if (!socket.destroyed) serve(exchange, connection, refusal);
      });
    };
    connections.track(connection, exchange, begin);
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
  server.on('request', (request, response) => take(request, response));
  server.on('checkContinue', (request, response) => take(request, response));
  server.on('checkExpectation', (request, response) => take(request, response, expectation));
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
