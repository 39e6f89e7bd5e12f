/** The connections to Telegram: direct, or by an HTTP or SOCKS5 proxy. */
import type { SocketConnectOpts } from 'node:net';
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import type { TelegramProxy } from './address.ts';
import { UnreachableError } from './unreachable.ts';

/**
 * Milliseconds that one address of a host gets to accept a connection before the next one is tried. Node's default of
 * 250 ms gives up on every address of a server whose round trip takes longer, as over satellite and mobile networks.
 */
const ADDRESS_MS = 4000;
/** Milliseconds for a connection with its TLS handshake: two addresses and some more. */
const CONNECT_MS = 12_000;

const SOCKET = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: ADDRESS_MS };
const CONNECTOR = { ...SOCKET, timeout: CONNECT_MS };

/** How far a request has come. */
export interface RequestProgress {
  /** Whether it was written to a connection, or began to be. */
  begun: boolean;
}

/** A request that reports how far it has come. */
export type TrackedRequest = Dispatcher.RequestOptions & { readonly progress: RequestProgress };

/** Reports the progress of tracked requests: undici calls `onRequestStart` when it writes the head of a request. */
const trackProgress: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { progress } = options as Partial<TrackedRequest>;
  if (progress === undefined) return dispatch(options, handler);
  return dispatch(options, {
    ...bound(handler),
    onRequestStart(controller, context) {
      progress.begun = true;
      handler.onRequestStart?.(controller, context);
    },
  });
};

/** A handler's functions, callable on another object. */
function bound(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart: (...given) => handler.onResponseStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}

/** A proxy makes no connection: it refuses the user and password, or the destination. */
export function proxyRefusal({ shown, from }: TelegramProxy): UnreachableError {
  return new UnreachableError(
    `the proxy ${shown} makes no connection to Telegram: check its address, user and password (${from})`,
    'proxy',
  );
}

/** No connection to the proxy itself. @param code of the system's error */
export function proxyAway({ shown, from }: TelegramProxy, code: string): UnreachableError {
  return new UnreachableError(
    `the proxy ${shown} could not be reached (${code}): check its address (${from})`,
    'proxy',
  );
}

/** Makes connections through a SOCKS5 proxy, which resolves the names. */
async function socksConnector(proxy: TelegramProxy): Promise<buildConnector.connector> {
  // The default exports: a bundled CommonJS package has no other.
  const [{ default: socks }, { default: undici }] = await Promise.all([import('socks'), import('undici')]);
  const { hostname, port, username } = new URL(proxy.url);
  const server = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 1080),
    type: 5 as const,
    ...(username === '' ? {} : { userId: decodeURIComponent(username), password: proxy.password }),
  };
  const secure = undici.buildConnector(CONNECTOR);
  // The library sets the host and the port.
  const connection = { socket_options: SOCKET as SocketConnectOpts, timeout: CONNECT_MS };
  return (target, done) => {
    const secured = target.protocol === 'https:';
    const destination = { host: target.hostname, port: Number(target.port || (secured ? 443 : 80)) };
    socks.SocksClient.createConnection({ proxy: server, command: 'connect', destination, ...connection }).then(
      ({ socket }) => (secured ? secure({ ...target, httpSocket: socket }, done) : done(null, socket.setNoDelay())),
      () => done(proxyRefusal(proxy), null),
    );
  };
}

async function createPool(connections: number, proxy: TelegramProxy | undefined): Promise<Dispatcher> {
  // Callers limit the whole call: an upload and a long poll need longer than a message.
  const pool = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000, connections };
  if (proxy === undefined) return new Agent({ ...pool, ...SOCKET, connectTimeout: CONNECT_MS });
  if (proxy.url.startsWith('socks5:')) return new Agent({ ...pool, connect: await socksConnector(proxy) });
  // The whole of undici, loaded only where there is a proxy.
  const { default: undici } = await import('undici');
  const { username, password } = new URL(proxy.url);
  // undici sends no credentials without a password.
  const user = Buffer.from(`${decodeURIComponent(username)}:`).toString('base64');
  const alone = username !== '' && password === '' ? { token: `Basic ${user}` } : {};
  return new undici.ProxyAgent({ ...pool, ...alone, uri: proxy.url, proxyTls: CONNECTOR, requestTls: CONNECTOR });
}

/** Creates a pool of connections. @param connections at most, to Telegram */
export async function createConnections(connections: number, proxy: TelegramProxy | undefined): Promise<Dispatcher> {
  return (await createPool(connections, proxy)).compose(trackProgress);
}
