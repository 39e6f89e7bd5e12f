/** A real OpenID provider on loopback, with claims set by the test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** The provider's claims of the next login. */
export interface Person {
  readonly email: string;
  readonly email_verified: boolean;
  readonly hd?: string;
}

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Sets the next user. */
  person: Person;
  /** Changes the id token, which is signed again with the provider's own key. */
  change: ((claims: JWTPayload) => JWTPayload) | undefined;
  /** Signs with an unpublished key. */
  foreignKey: boolean;
  /** The user declines the login. */
  declines: boolean;
  /** Permits a redirect address. */
  allow(redirect: string): void;
  stop(): Promise<void>;
}

const CLIENT = { id: 'dashboard', secret: 'a-secret-of-the-tests' };

function configurationOf(key: object, redirects: string[], personOf: (id: string) => Person): Configuration {
  return {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: redirects }],
    jwks: { keys: [key] },
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'hd'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a-key-of-the-tests'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...personOf(id) }),
    }),
  };
}

/** Starts a provider with one client; `allow` sets that client's redirect address. */
export async function startProvider(): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const foreign = await generateKeyPair('RS256');
  const people = new Map<string, Person>();
  const redirects: string[] = [`${issuer}/nowhere`];
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'tests' };
  const unknown = { email: 'nobody@example.org', email_verified: true };
  let provider: Provider;
  const make = () => {
    const made = new Provider(
      issuer,
      configurationOf(key, redirects, (id) => people.get(id) ?? unknown),
    );
    made.use(async (context, next) => {
      const { path, req, res } = context;
      if (path.startsWith('/interaction/')) {
        const { params } = await made.interactionDetails(req, res);
        if (test.declines) {
          await made.interactionFinished(req, res, { error: 'access_denied' });
          return;
        }
        const accountId = `account-${people.size + 1}`;
        people.set(accountId, test.person);
        const grant = new made.Grant({ accountId, clientId: String(params.client_id) });
        grant.addOIDCScope('openid email');
        const result = { login: { accountId, remember: false }, consent: { grantId: await grant.save() } };
        await made.interactionFinished(req, res, result);
        return;
      }
      await next();
      const body: unknown = context.body;
      if (path !== '/token' || typeof body !== 'object' || body === null || !('id_token' in body)) return;
      const claims = decodeJwt(String(body.id_token));
      if (test.change === undefined && !test.foreignKey) return;
      const changed = new SignJWT(test.change?.(claims) ?? claims).setProtectedHeader({ alg: 'RS256', kid: 'tests' });
      context.body = { ...body, id_token: await changed.sign(test.foreignKey ? foreign.privateKey : privateKey) };
    });
    return made;
  };
  const test: TestProvider = {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    person: unknown,
    change: undefined,
    foreignKey: false,
    declines: false,
    allow(redirect) {
      redirects.push(redirect);
      provider = make();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  provider = make();
  server.on('request', (request, response) => void provider.callback()(request, response));
  return test;
}
