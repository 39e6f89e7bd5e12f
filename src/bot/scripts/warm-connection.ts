import { connect, type Socket } from 'node:net';
import { STAND_BY_MS } from '../../shared/api/actor/protocol.ts';

/**
 * A connection to the actor that is opened before there is a request. systemd starts the actor when a connection is
 * opened, which takes half of the time from a press to the script; a prepared connection saves that.
 */
export interface WarmConnection {
  /** Opens a connection, unless one is prepared or `stopping` was aborted. When that fails, `take` opens another one. */
  prepare(): void;
  /** Returns the prepared connection, or a new one that may still be connecting. The caller closes it. */
  take(): Socket;
}

/**
 * Creates it; nothing is opened yet.
 *
 * @param ms how long a prepared connection is kept, milliseconds
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
      // The actor sends nothing before it is asked; anything that arrives makes the connection useless.
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
