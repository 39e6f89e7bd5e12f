/**
 * The connections of the socket for one-time addresses, which every user of the host may open.
 *
 * Promises: a user takes at most a few; where none is free, one that has begun nothing gives way, first of the user with the
 * most; uids without an account, such as subordinate ones (subuid(5)), of which one person has thousands, share a few.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createConnectionShares } from '../../shared/fairness/connection-shares.ts';
import { peerCredentials } from '../../shared/host/libc.ts';
import { stopParsing } from '../../shared/http/stop-parsing.ts';

const MAX_CONNECTIONS = 500;
const MAX_PER_UID = 10;
/** Of all uids without an account together. */
const MAX_UNKNOWN = 50;

/** @see createHostConnections */
export interface HostConnections {
  /** Gives a connection a place, or closes it. */
  admit(socket: Socket): void;
  /**
   * Notes that a request is served, so that its connection keeps its place until the answer.
   *
   * @returns `false` for one that is pipelined behind another, whose connection is closed
   */
  begin(request: IncomingMessage, response: ServerResponse): boolean;
  /** Says whether this host has an account for a uid; until then it loses its places first. */
  settle(uid: number, hasAccount: boolean): void;
}

/** There are no connections. */
export function createHostConnections(): HostConnections {
  const serving = new Set<Socket>();
  const counts = new Map<number, number>();
  const shares = createConnectionShares<Socket>({
    places: MAX_CONNECTIONS,
    unknownPlaces: MAX_UNKNOWN,
    isSpare: (socket) => !serving.has(socket),
  });

  function count(uid: number, change: 1 | -1): number {
    const next = (counts.get(uid) ?? 0) + change;
    if (next > 0) counts.set(uid, next);
    else counts.delete(uid);
    return next;
  }

  return {
    admit(socket) {
      const { uid } = peerCredentials(socket);
      const own = count(uid, 1);
      socket.once('close', () => {
        count(uid, -1);
        serving.delete(socket);
        shares.remove(socket);
      });
      const admission = own > MAX_PER_UID ? undefined : shares.admit(uid, socket);
      if (admission?.outcome === 'admitted') admission.displaced?.destroy();
      else socket.destroy();
    },
    begin({ socket }, response) {
      if (socket.destroyed || serving.has(socket)) {
        stopParsing(socket);
        return false;
      }
      serving.add(socket);
      response.once('close', () => serving.delete(socket));
      return true;
    },
    settle(uid, hasAccount) {
      for (const socket of shares.settle(uid, hasAccount)) socket.destroy();
    },
  };
}
