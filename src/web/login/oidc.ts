/**
 * OpenID Connect login: authorization code with PKCE, state and nonce; openid-client checks issuer, audience,
 * times and signature. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
import { randomBytes } from 'node:crypto';
import type * as OpenId from 'openid-client';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { OidcSettings } from '../settings.ts';
import { type Claims, userFrom } from './identity.ts';

/** Time limit of a login at the provider, ms. */
export const FLOW_MS = 10 * 60_000;
/** Number of logins that the rate limit permits within that time, so that a flood can't displace others. */
const MAX_FLOWS = 6000;
const ANSWER_SECONDS = 10;

/** A login in progress at the provider. */
interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The page after the login. */
  readonly next: string;
  readonly expiresAt: number;
}

export interface Oidc {
  /** @returns the provider's address, and the id to store in the browser. @throws Problem `provider_away` */
  begin(next: string): Promise<{ readonly url: URL; readonly id: string }>;
  /**
   * @param id the id stored in the browser, valid once
   * @param answer the query of the provider's redirect
   * @throws Problem `not_allowed` with the reason; `provider_away`
   */
  finish(id: string | undefined, answer: string): Promise<{ readonly user: string; readonly next: string }>;
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
  const flows = new Map<string, Flow>();
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
    ready ??= discover();
    try {
      return await ready;
    } catch (error) {
      ready = undefined;
      log.warn(
        { issuer: issuer.href, cause: sentenceOf(error), code: errnoOf(error) },
        'The provider does not answer.',
      );
      throw away(error);
    }
  };

  const remember = (flow: Flow) => {
    for (const [id, { expiresAt }] of flows) if (expiresAt <= now() || flows.size >= MAX_FLOWS) flows.delete(id);
    const id = randomBytes(32).toString('base64url');
    flows.set(id, flow);
    return id;
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
      const verifier = client.randomPKCECodeVerifier();
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier,
        next,
        expiresAt: now() + FLOW_MS,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid email',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // Spares people of the organisation a choice of accounts; it is checked afterwards all the same.
        ...(issuer.hostname === 'accounts.google.com' && { hd: emailDomain }),
      });
      return { url, id: remember(flow) };
    },
    async finish(id, answer) {
      const flow = flows.get(id ?? '');
      flows.delete(id ?? '');
      if (flow === undefined || flow.expiresAt <= now()) {
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
