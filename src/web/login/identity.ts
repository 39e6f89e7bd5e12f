/** From what a provider says of somebody to a user of this host. */
import { Problem } from '../../core/problem.ts';

/** The claims that are looked at. https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
export interface Claims {
  readonly [name: string]: unknown;
  readonly email?: unknown;
  readonly email_verified?: unknown;
  /** Google's: the organisation that the account belongs to. */
  readonly hd?: unknown;
}

const GOOGLE = 'https://accounts.google.com';
/** Google's own mail, which needs no organisation. */
const GOOGLE_MAIL = new Set(['gmail.com', 'googlemail.com']);
/** Names that useradd(8) takes, and the dots that directories have. */
const USER_NAME = /^[a-z_][a-z0-9_.-]{0,31}$/;

const refuse = (why: string) => new Problem('not_allowed', why);

/**
 * The part of a verified e-mail before `@domain`, in small letters.
 *
 * Google lets people verify an address that their organisation has taken from them since, so there the account must
 * belong to the organisation: https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 *
 * @throws Problem `not_allowed`, saying why
 */
export function userFrom(claims: Claims, rules: { readonly issuer: string; readonly emailDomain: string }): string {
  const { email, email_verified: verified, hd } = claims;
  const { emailDomain } = rules;
  if (typeof email !== 'string') throw refuse('The provider does not say what your e-mail address is.');
  if (verified !== true) throw refuse('Your e-mail address is not verified by the provider.');
  // Small letters of others become ours: U+212A, the sign of kelvin, a k.
  if (!/^[\x21-\x7e]+$/.test(email)) throw refuse('The name in your e-mail address is no user name of this host.');
  const at = email.lastIndexOf('@');
  const name = email.slice(0, at).toLowerCase();
  if (email.slice(at + 1).toLowerCase() !== emailDomain) {
    throw refuse(`Only addresses of ${emailDomain} may log in here.`);
  }
  const isGoogle = rules.issuer.replace(/\/+$/, '') === GOOGLE && !GOOGLE_MAIL.has(emailDomain);
  if ((isGoogle || hd !== undefined) && hd !== emailDomain) {
    throw refuse(`Only accounts of the organisation ${emailDomain} may log in here.`);
  }
  if (!USER_NAME.test(name)) throw refuse('The name in your e-mail address is no user name of this host.');
  return name;
}
