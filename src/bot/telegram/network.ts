/** The connections to Telegram: direct, or by an HTTP or SOCKS5 proxy. */
import { Agent, type Dispatcher } from 'undici';
import type { TelegramProxy } from './address.ts';

/**
 * Milliseconds that one address of a host gets to accept a connection before the next one is tried. Node's default of
 * 250 ms gives up on every address of a server whose round trip takes longer, as over satellite and mobile networks.
 */
const ADDRESS_MS = 4000;
/** Milliseconds for a connection with its TLS handshake: two addresses and some more. */
const CONNECT_MS = 12_000;

/** Creates a pool of connections. @param connections at most, to Telegram */
export async function createConnections(connections: number, proxy: TelegramProxy | undefined): Promise<Dispatcher> {
  const socket = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: ADDRESS_MS };
  // Callers limit the whole call: an upload and a long poll need longer than a message.
  const pool = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000, connections };
  if (proxy === undefined) return new Agent({ ...pool, ...socket, connectTimeout: CONNECT_MS });
  // Loaded only where there is a proxy.
  const { ProxyAgent } = await import('undici');
  const connect = { timeout: CONNECT_MS, ...socket };
  return new ProxyAgent({ ...pool, uri: proxy.url, proxyTls: connect, requestTls: connect });
}
