/** Maps a provider's claims to a user of this host. */
import { Problem } from '../../core/problem.ts';

/** The claims that are used. https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
export interface Claims {
  readonly [name: string]: unknown;
  readonly email?: unknown;
  readonly email_verified?: unknown;
  /** Google only: the organisation of the account. */
  readonly hd?: unknown;
}

const GOOGLE = 'https://accounts.google.com';
/** Google's own mail domains, which belong to no organisation. */
const GOOGLE_MAIL = new Set(['gmail.com', 'googlemail.com']);
/** Names that useradd(8) accepts, and dots, which LDAP allows. */
const USER_NAME = /^[a-z_][a-z0-9_.-]{0,31}$/;

const refuse = (why: string) => new Problem('not_allowed', why);

/**
 * The part of a verified e-mail address before `@domain`, in lower case.
 *
 * Google keeps an address verified after the organisation has withdrawn it, so there the account must belong to the
 * organisation: https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 *
 * @throws Problem `not_allowed` with the reason
 */
export function userFrom(claims: Claims, rules: { readonly issuer: string; readonly emailDomain: string }): string {
  const { email, email_verified: verified, hd } = claims;
  const { emailDomain } = rules;
  if (typeof email !== 'string') throw refuse('The provider did not send your e-mail address.');
  if (verified !== true) throw refuse('Your e-mail address is not verified by the provider.');
  // ASCII only, because some characters become ASCII in lower case: U+212A, the Kelvin sign, becomes k.
  if (!/^[\x21-\x7e]+$/.test(email))
    throw refuse('The name in your e-mail address is not a valid user name on this host.');
  const at = email.lastIndexOf('@');
  const name = email.slice(0, at).toLowerCase();
  if (email.slice(at + 1).toLowerCase() !== emailDomain) {
    throw refuse(`Only addresses of ${emailDomain} may log in here.`);
  }
  const isGoogle = rules.issuer.replace(/(?<!\/)\/+$/, '') === GOOGLE && !GOOGLE_MAIL.has(emailDomain);
  if ((isGoogle || hd !== undefined) && hd !== emailDomain) {
    throw refuse(`Only accounts of the organisation ${emailDomain} may log in here.`);
  }
  if (!USER_NAME.test(name)) throw refuse('The name in your e-mail address is not a valid user name on this host.');
  return name;
}
