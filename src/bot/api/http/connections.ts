/**
 * The open connections: who is at the end of each, as the kernel said when it was made, what is under way on it, and
 * how many there may be, so that one user can't take them all.
 */
import type { Socket } from 'node:net';
import { Problem } from '../../../core/problem.ts';
import { type PeerCredentials, peerCredentials } from '../../../shared/host/libc.ts';
import { answerRaw } from './answer.ts';
import type { Exchange } from './exchange.ts';

export interface Connection {
  readonly peer: PeerCredentials;
  /** Requests that were not answered yet, oldest first; more than one when the client pipelines. */
  readonly exchanges: Set<Exchange>;
  /** Whether a request came on it already. */
  used: boolean;
  /** What to say when all are answered, since nothing more can be understood here. */
  farewell: Problem | undefined;
}

export interface Connections {
  /** Takes in a new connection, or answers it with 403 or 503 and closes it. */
  admit(socket: Socket): void;
  /** `undefined` for one that wasn't taken in. */
  of(socket: Socket): Connection | undefined;
  /** Counts an exchange among its connection's until it is answered. */
  track(connection: Connection, exchange: Exchange): void;
  /** Ends what can no longer be understood: the request being read fails, others before it are answered first. */
  breakOff(socket: Socket, problem: Problem): void;
  /** Closes every connection that has had its answers and asks for nothing now. */
  closeUsed(): void;
  /** Closes every connection on which nothing is under way. */
  closeIdle(): void;
  /** Closes every connection. */
  closeAll(): void;
}

const failed = new Problem('no_peer', 'The kernel does not say who is calling, so nobody can be served.');

/**
 * @param options.max connections in all, and `maxPerUid` of one user
 * @param options.isExempt who is let in beyond that, so that the sysadmin is never locked out
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
    connections.set(socket, { peer, exchanges: new Set(), used: false, farewell: undefined });
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
      // Node stops listening once a client asks for a tunnel, and an error that nobody hears ends the process. The
      // close that follows it is all that counts here.
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
        if (exchanges.size === 0 && connection.farewell !== undefined) {
          answerRaw(exchange.request.socket, connection.farewell);
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
      } else if (connection.exchanges.size > 0) connection.farewell = problem;
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
