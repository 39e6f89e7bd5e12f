/**
 * Whom to charge for connections, requests and failures: the client's address, with IPv6 its network; on this host the
 * account that connected, so that nobody is locked out by another user.
 */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** The /64 network of an IPv6 address: a household has any number of addresses in it (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/**
 * The source that a proxy names. Counts only on the proxy's own socket: any program can write the header, and would charge
 * its failures to others.
 */
export function forwardedSource({ headers }: IncomingMessage): string {
  const { 'x-forwarded-for': given = '' } = headers;
  const forwarded = [given].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return networkOf(forwarded.slice(0, 64));
}
