/**
 * The open connections: the peer of each, as the kernel named it when the connection was made, its running requests,
 * and their number, which accounts share.
 */
import type { Socket } from 'node:net';
import { Problem } from '../../../core/problem.ts';
import { createConnectionShares } from '../../../shared/fairness/connection-shares.ts';
import { type PeerCredentials, peerCredentials } from '../../../shared/host/libc.ts';
import { answerRaw } from './answer.ts';
import type { Exchange } from './exchange.ts';

export interface Connection {
  readonly peer: PeerCredentials;
  /** Unanswered requests, oldest first, and what begins each; more than one when the client pipelines. */
  readonly exchanges: Map<Exchange, () => void>;
  /** Whether it has carried a request. */
  used: boolean;
  /** The last answer, sent when all others are, because the rest of the connection can't be parsed. */
  lastAnswer: Problem | undefined;
}

export interface Connections {
  /** Accepts a new connection, or answers it with 403 or 503 and closes it. */
  admit(socket: Socket): void;
  /** `undefined` for a connection that was not accepted. */
  of(socket: Socket): Connection | undefined;
  /**
   * Counts an exchange among its connection's until it is answered.
   * @param begin called when those before it are answered
   */
  track(connection: Connection, exchange: Exchange, begin: () => void): void;
  /** Ends a connection that can't be parsed any further: the request being read fails, after the answers before it. */
  breakOff(socket: Socket, problem: Problem): void;
  /** Closes every connection that has had a request and waits for none of its answers. */
  closeUsed(): void;
  /** Closes every connection without a running request. */
  closeIdle(): void;
  /** Closes every connection. */
  closeAll(): void;
}

const failed = new Problem('no_peer', 'The kernel does not say who is calling, so nobody can be served.');

/** Whether a connection carries nothing that was accepted: no request, one that is being read, or an answer on its way. */
function isSpare({ exchanges }: Connection): boolean {
  return [...exchanges.keys()].every(({ request, response }) => !request.complete || response.headersSent);
}

const tooMany = (whose: string) =>
  new Problem('too_many_connections', `There are too many open connections${whose}: try again in a moment.`);

/**
 * @param options.max connections of all but the exempt, and `maxUnknown` of all uids without an account together
 * @param options.isExempt users that have places of their own, so that the sysadmin is never locked out
 * @param options.hasAccount whether this host has an account for a uid; may reject while that can't be said
 */
export function createConnections(options: {
  readonly max: number;
  readonly maxUnknown: number;
  readonly isExempt: (uid: number) => boolean;
  readonly hasAccount: (uid: number) => Promise<boolean>;
}): Connections {
  const { max, maxUnknown, isExempt, hasAccount } = options;
  const connections = new Map<Socket, Connection>();
  const shares = createConnectionShares<Socket>({
    places: max,
    unknownPlaces: maxUnknown,
    isSpare: (socket) => {
      const connection = connections.get(socket);
      return connection === undefined || isSpare(connection);
    },
  });

  function add(socket: Socket, peer: PeerCredentials): void {
    connections.set(socket, { peer, exchanges: new Map(), used: false, lastAnswer: undefined });
    socket.once('close', () => {
      connections.delete(socket);
      shares.remove(socket);
    });
  }

  function breakOff(socket: Socket, problem: Problem): void {
    const connection = connections.get(socket);
    if (connection === undefined) {
      socket.destroy();
      return;
    }
    const reading = [...connection.exchanges.keys()].find(({ request }) => !request.complete);
    if (reading !== undefined) {
      reading.broken = problem;
      reading.fail?.(problem);
    } else if (connection.exchanges.size > 0) connection.lastAnswer = problem;
    else answerRaw(socket, problem);
  }

  /** Ends a connection whose place another one gets: without a word where one would garble an answer, or an idle client. */
  function giveUp(socket: Socket): void {
    const { exchanges, used } = connections.get(socket) ?? { exchanges: new Map<Exchange, () => void>(), used: false };
    const isAnswering = [...exchanges.keys()].some(({ response }) => response.headersSent);
    if (isAnswering || (used && exchanges.size === 0)) socket.destroy();
    else breakOff(socket, tooMany(' of yours'));
  }

  async function settle(uid: number): Promise<void> {
    const known = await hasAccount(uid);
    for (const socket of shares.settle(uid, known)) giveUp(socket);
  }

  /** @returns why there is no place */
  function takePlace(socket: Socket, { uid }: PeerCredentials): Problem | undefined {
    if (isExempt(uid)) return undefined;
    const admission = shares.admit(uid, socket);
    if (admission.outcome === 'refused') return tooMany(admission.whose === 'own' ? ' of yours' : '');
    if (admission.displaced !== undefined) giveUp(admission.displaced);
    // While no source of accounts answers, it stays open whose they are.
    if (shares.isPending(uid)) void settle(uid).catch(() => {});
    return undefined;
  }

  return {
    admit(socket) {
      // Node removes its own listener when a client asks for a tunnel, and an unhandled error ends the process. The
      // event `close`, which follows the error, is enough here.
      socket.on('error', () => {});
      let peer: PeerCredentials;
      try {
        peer = peerCredentials(socket);
      } catch {
        answerRaw(socket, failed);
        return;
      }
      const problem = takePlace(socket, peer);
      if (problem === undefined) add(socket, peer);
      else answerRaw(socket, problem);
    },

    of: (socket) => connections.get(socket),

    track(connection, exchange, begin) {
      const { exchanges } = connection;
      exchanges.set(exchange, begin);
      connection.used = true;
      exchange.response.once('close', () => {
        const wasFirst = exchanges.keys().next().value === exchange;
        exchanges.delete(exchange);
        const [next] = exchanges.values();
        if (next !== undefined && wasFirst) next();
        if (next === undefined && connection.lastAnswer !== undefined)
          answerRaw(exchange.request.socket, connection.lastAnswer);
      });
      if (exchanges.size === 1) begin();
    },

    breakOff,

    closeUsed() {
      for (const [socket, { exchanges, used }] of connections) if (used && exchanges.size === 0) socket.destroy();
    },

    closeIdle() {
      for (const [socket, { exchanges }] of connections) if (exchanges.size === 0) socket.destroy();
    },

    closeAll() {
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}
