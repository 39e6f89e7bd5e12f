/** Why a call to Telegram got no answer. */

/** A call that got no answer. The message names the cause, never the address, since that holds the token. */
export class UnreachableError extends Error {
  readonly kind: UnreachableKind;
  /** Whether the whole request went out, so that Telegram may have done what it asks for. */
  readonly written: boolean;

  constructor(message: string, kind: UnreachableKind = 'network', written = false) {
    super(message);
    this.name = 'UnreachableError';
    this.kind = kind;
    this.written = written;
  }
}

/**
 * Why a call got no answer: the certificate is of an unknown `authority`, of another `name`, or of another time (`clock`);
 * `tls` for another failure of TLS, `proxy` for a proxy that is away or refuses, `timeout`, `aborted`, and `network` for the rest.
 */
export type UnreachableKind = 'authority' | 'name' | 'clock' | 'tls' | 'proxy' | 'timeout' | 'aborted' | 'network';

/** Why a call got no answer; `undefined` for one that got any. */
export function unreachableKind(error: unknown): UnreachableKind | undefined {
  if (error instanceof UnreachableError) return error.kind;
  return typeof error === 'object' && error !== null && 'error' in error ? unreachableKind(error.error) : undefined;
}

/** Codes of OpenSSL and Node for a certificate that no known authority has signed. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_UNTRUSTED',
]);

/** The same for one that is expired, or of the future. */
const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
/** The same for any other failure of TLS. */
const TLS = /^(EPROTO$|ERR_SSL_|ERR_TLS_|CERT_|CRL_)/;

/** The code of the system, and the name, of the error behind a failed call; empty where it has none. */
export function causeOf(error: unknown): { readonly code: string; readonly name: string } {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { code, name: cause instanceof Error ? cause.name : '' };
}

/**
 * Turns a connection's error into one that names the cause without the request's address.
 *
 * @param written whether the whole request went out
 */
export function unreachable(error: unknown, written: boolean): UnreachableError {
  if (error instanceof UnreachableError) return error;
  const { code, name } = causeOf(error);
  if (name === 'TimeoutError' || code.endsWith('_TIMEOUT'))
    return new UnreachableError('Telegram did not answer in time', 'timeout', written);
  if (name === 'AbortError') return new UnreachableError('the call to Telegram was broken off', 'aborted', written);
  if (UNTRUSTED.has(code)) {
    return new UnreachableError(
      `Telegram's certificate is signed by an unknown authority (${code}): where a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its CA certificate`,
      'authority',
    );
  }
  if (EXPIRED.has(code)) {
    return new UnreachableError(
      `Telegram's certificate is not valid at this time (${code}): check the clock of this server`,
      'clock',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new UnreachableError(
      `what answers for Telegram has the certificate of another host (${code}): check TELEGRAM_API_ROOT and the proxy`,
      'name',
    );
  }
  if (TLS.test(code)) {
    return new UnreachableError(
      `no TLS connection to Telegram could be made (${code}): check whether TELEGRAM_API_ROOT is http or https, and the proxy`,
      'tls',
    );
  }
  return written
    ? new UnreachableError(`Telegram's answer was lost (${code || name || 'unknown'})`, 'network', true)
    : new UnreachableError(`Telegram could not be reached (${code || name || 'unknown'})`, 'network');
}
