import { connect, type Socket } from 'node:net';
import { STAND_BY_MS } from '../../shared/api/actor-protocol.ts';

/**
 * A connection to the actor that waits for a request to come, so that whoever presses a button need not wait until
 * the actor has started, which is half of the way to the script.
 */
export interface WarmConnection {
  /** Opens one, unless one is there or `stopping` was aborted. That it fails is nobody's concern: `take` opens its own. */
  prepare(): void;
  /** The one that waits, or a new one on its way; the caller's from now on. */
  take(): Socket;
}

/**
 * Opens nothing yet.
 *
 * @param ms how long a connection may wait
 */
export function createWarmConnection(socketPath: string, stopping: AbortSignal, ms = STAND_BY_MS): WarmConnection {
  let waiting: { readonly socket: Socket; release(): void } | undefined;
  const drop = () => {
    const dropped = waiting;
    dropped?.release();
    dropped?.socket.destroy();
  };
  stopping.addEventListener('abort', drop, { once: true });
  return {
    prepare() {
      if (waiting !== undefined || stopping.aborted) return;
      const socket = connect(socketPath);
      const timer = setTimeout(drop, ms).unref();
      // It has nothing to say before it is asked: whatever comes is the end of it.
      socket.on('error', drop).on('data', drop).on('end', drop).on('close', drop).unref();
      waiting = {
        socket,
        release() {
          clearTimeout(timer);
          waiting = undefined;
          socket.off('data', drop).off('end', drop).off('close', drop).ref();
        },
      };
    },
    take() {
      if (waiting === undefined) return connect(socketPath);
      const { socket, release } = waiting;
      release();
      socket.off('error', drop);
      return socket;
    },
  };
}
