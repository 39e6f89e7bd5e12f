import { isIPv6 } from 'node:net';
import type { WebContext } from '../context.ts';
import { localUidOf } from './local-uid.ts';

/** The /64 network of an IPv6 address: a household has any number of addresses in it (RFC 6177). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/**
 * Whom to charge for a failure: the client's address, with IPv6 its network; on this host the account that connected, so
 * that nobody is locked out by another user. A proxy's header counts only on the proxy's own socket: any program can
 * write it, and would charge its failures to others.
 */
export async function sourceOf({ env, req }: WebContext): Promise<string> {
  if (env.viaProxy) {
    const forwarded = req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    return networkOf(forwarded?.slice(0, 64) ?? '');
  }
  const { socket } = env.incoming;
  const uid = await localUidOf(socket);
  return uid === undefined ? networkOf(socket.remoteAddress ?? '') : `uid ${uid}`;
}
