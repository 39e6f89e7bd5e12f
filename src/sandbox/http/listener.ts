import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** An HTTP server on loopback that can be stopped and started again on the same port. */
export interface HttpListener {
  start(): Promise<void>;
  /** Closes every connection. */
  stop(): Promise<void>;
  /** 0 before the first start if the system chooses the port. */
  port(): number;
}

const HOST = '127.0.0.1';
/** Milliseconds that an idle connection is kept, like the real server. */
const IDLE_MS = 60_000;

/** @param wanted a port, or 0 for any */
export function createListener(wanted: number, handle: RouteHandler): HttpListener {
  let server: Server | undefined;
  let port = wanted;
  return {
    port: () => port,
    async start() {
      if (server !== undefined) return;
      const starting = createServer({ keepAliveTimeout: IDLE_MS, requestTimeout: 0 }, (request, response) => {
        const path = request.url ?? '/';
        const url = URL.canParse(path, `http://${HOST}`) ? new URL(path, `http://${HOST}`) : new URL(`http://${HOST}/`);
        handle(request, response, url);
      });
      await new Promise<void>((resolve, reject) => {
        starting.once('error', reject);
        starting.listen(port, HOST, 4096, resolve);
      });
      port = (starting.address() as AddressInfo).port;
      server = starting;
    },
    async stop() {
      const stopping = server;
      server = undefined;
      if (stopping === undefined) return;
      await new Promise<void>((resolve) => {
        stopping.close(() => resolve());
        stopping.closeAllConnections();
      });
    },
  };
}
