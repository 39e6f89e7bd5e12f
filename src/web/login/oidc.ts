/**
 * OpenID Connect login: authorization code with PKCE, state and nonce; openid-client checks issuer, audience,
 * times and signature. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
import type * as OpenId from 'openid-client';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { OidcSettings } from '../settings.ts';
import { createFlows, type Flow } from './flow.ts';
import { type Claims, userFrom } from './identity.ts';

const ANSWER_SECONDS = 10;
/** After a provider failed to answer, how long it is not asked again, ms: so long a flood costs nothing. */
const PAUSE_MS = 1000;

export interface Oidc {
  /** @returns the provider's address, and the text to store in the browser. @throws Problem `provider_away` */
  begin(next: string): Promise<{ readonly url: URL; readonly sealed: string }>;
  /**
   * @param sealed the text stored in the browser; the provider's code is valid once (RFC 6749, 4.1.2)
   * @param answer the query of the provider's redirect
   * @throws Problem `not_allowed` with the reason; `provider_away`
   */
  finish(sealed: string | undefined, answer: string): Promise<{ readonly user: string; readonly next: string }>;
}

const again = 'Go back to the login page and try again.';

const away = (cause: unknown) =>
  new Problem('provider_away', 'The login provider does not answer: try again in a minute.', { cause });

/**
 * Whether the provider did not answer: openid-client's own timeout, or fetch's TypeError, which has no code and the
 * failure of the connection as its cause. https://fetch.spec.whatwg.org/#fetch-method
 */
const isNoAnswer = (error: unknown): boolean =>
  errnoOf(error) === 'OAUTH_TIMEOUT' ||
  (error instanceof TypeError && errnoOf(error) === undefined && error.cause instanceof Error);

function explain(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isNoAnswer(error)) return away(error);
  const reported = error instanceof Error && 'error' in error ? error.error : undefined;
  const sentence =
    reported === 'access_denied'
      ? `The login was declined at the provider. ${again}`
      : `The provider's answer could not be verified. ${again}`;
  return new Problem('not_allowed', sentence, { cause: error });
}

/** @param options.publicUrl the address to which the provider redirects */
export function createOidc(options: {
  readonly settings: OidcSettings;
  readonly publicUrl: URL;
  readonly log: Log;
  readonly now?: () => number;
}): Oidc {
  const { settings, publicUrl, log, now = Date.now } = options;
  const { issuer, clientId, clientSecret, emailDomain } = settings;
  const redirect = new URL('/login/oidc/callback', publicUrl).href;
  const flows = createFlows(now);
  let pausedUntil = 0;
  let ready: Promise<{ client: typeof OpenId; config: OpenId.Configuration }> | undefined;

  const discover = async () => {
    const client = await import('openid-client');
    // The settings permit plain http only for loopback names.
    const execute = [client.enableNonRepudiationChecks];
    if (issuer.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const config = await client.discovery(issuer, clientId, clientSecret, undefined, {
      execute,
      timeout: ANSWER_SECONDS,
    });
    return { client, config };
  };
  const provider = async () => {
    if (now() < pausedUntil) throw away(undefined);
    ready ??= discover();
    try {
      return await ready;
    } catch (error) {
      ready = undefined;
      pausedUntil = now() + PAUSE_MS;
      log.warn(
        { issuer: issuer.href, cause: sentenceOf(error), code: errnoOf(error) },
        'The provider does not answer.',
      );
      throw away(error);
    }
  };

  const claimsOf = async (flow: Flow, answer: string): Promise<Claims> => {
    const { client, config } = await provider();
    const tokens = await client.authorizationCodeGrant(config, new URL(answer, redirect), {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || claims.email !== undefined) return claims ?? {};
    // Many providers send the address only here; the subject must match.
    return client.fetchUserInfo(config, tokens.access_token, claims.sub);
  };

  return {
    async begin(next) {
      const { client, config } = await provider();
      const { sealed, state, nonce, verifier } = flows.begin(next);
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // Spares people of the organisation a choice of accounts; it is checked afterwards all the same.
        ...(issuer.hostname === 'accounts.google.com' && { hd: emailDomain }),
      });
      return { url, sealed };
    },
    async finish(sealed, answer) {
      const flow = flows.open(sealed);
      if (flow === undefined) {
        throw new Problem('not_allowed', `This login took too long, or was started in another browser. ${again}`);
      }
      try {
        const user = userFrom(await claimsOf(flow, answer), { issuer: issuer.href, emailDomain });
        return { user, next: flow.next };
      } catch (error) {
        const problem = explain(error);
        log.warn({ cause: sentenceOf(problem.cause ?? problem), code: errnoOf(problem.cause) }, 'A login was refused.');
        throw problem;
      }
    },
  };
}
