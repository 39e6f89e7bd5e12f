/**
 * The open connections: the peer of each, as the kernel named it when the connection was made, its running requests,
 * and the limits of their number, in all and for each user.
 */
import type { Socket } from 'node:net';
import { Problem } from '../../../core/problem.ts';
import { type PeerCredentials, peerCredentials } from '../../../shared/host/libc.ts';
import { answerRaw } from './answer.ts';
import type { Exchange } from './exchange.ts';

export interface Connection {
  readonly peer: PeerCredentials;
  /** Unanswered requests, oldest first; more than one when the client pipelines. */
  readonly exchanges: Set<Exchange>;
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
  /** Counts an exchange among its connection's until it is answered. */
  track(connection: Connection, exchange: Exchange): void;
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

/**
 * @param options.max connections in all, and `maxPerUid` of one user
 * @param options.isExempt users that the limits don't apply to, so that the sysadmin is never locked out
 */
export function createConnections(options: {
  readonly max: number;
  readonly maxPerUid: number;
  readonly isExempt: (uid: number) => boolean;
}): Connections {
  const { max, maxPerUid, isExempt } = options;
  const connections = new Map<Socket, Connection>();
  const perUid = new Map<number, number>();

  const add = (socket: Socket, peer: PeerCredentials) => {
    connections.set(socket, { peer, exchanges: new Set(), used: false, lastAnswer: undefined });
    perUid.set(peer.uid, (perUid.get(peer.uid) ?? 0) + 1);
    socket.once('close', () => {
      connections.delete(socket);
      const left = (perUid.get(peer.uid) ?? 1) - 1;
      if (left > 0) perUid.set(peer.uid, left);
      else perUid.delete(peer.uid);
    });
  };

  const refusal = ({ uid }: PeerCredentials): Problem | undefined => {
    if (isExempt(uid)) return undefined;
    const tooMany = (whose: string) =>
      new Problem('too_many_connections', `There are too many open connections${whose}: try again in a moment.`);
    if ((perUid.get(uid) ?? 0) >= maxPerUid) return tooMany(' of yours');
    return connections.size >= max ? tooMany('') : undefined;
  };

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
      const problem = refusal(peer);
      if (problem === undefined) add(socket, peer);
      else answerRaw(socket, problem);
    },

    of: (socket) => connections.get(socket),

    track(connection, exchange) {
      const { exchanges } = connection;
      exchanges.add(exchange);
      connection.used = true;
      exchange.response.once('close', () => {
        exchanges.delete(exchange);
        if (exchanges.size === 0 && connection.lastAnswer !== undefined) {
          answerRaw(exchange.request.socket, connection.lastAnswer);
        }
      });
    },

    breakOff(socket, problem) {
      const connection = connections.get(socket);
      if (connection === undefined) {
        socket.destroy();
        return;
      }
      const reading = [...connection.exchanges].find(({ request }) => !request.complete);
      if (reading !== undefined) {
        reading.broken = problem;
        reading.fail?.(problem);
      } else if (connection.exchanges.size > 0) connection.lastAnswer = problem;
      else answerRaw(socket, problem);
    },

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
