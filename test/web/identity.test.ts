import { describe, expect, test } from 'vitest';
import { type Claims, userFrom } from '../../src/web/login/identity.ts';

const GOOGLE = { issuer: 'https://accounts.google.com', emailDomain: 'example.org' };
const OTHER = { issuer: 'https://login.example.org/realms/staff', emailDomain: 'example.org' };
const anna = (more: Claims = {}): Claims => ({ email: 'anna@example.org', email_verified: true, ...more });

describe('the user of an identity', () => {
  test.each([
    ['is the part before the domain', anna(), OTHER, 'anna'],
    ['is in lower case', anna({ email: 'Anna.Berg@Example.ORG' }), OTHER, 'anna.berg'],
    ['is accepted at Google for the organisation', anna({ hd: 'example.org' }), GOOGLE, 'anna'],
    [
      'is accepted at Google for its own mail domain',
      anna({ email: 'anna@gmail.com' }),
      { ...GOOGLE, emailDomain: 'gmail.com' },
      'anna',
    ],
  ])('%s', (_what, claims, rules, user) => {
    expect(userFrom(claims, rules)).toBe(user);
  });

  test.each([
    ['no address', {}, OTHER],
    ['an address that is no string', anna({ email: ['anna@example.org'] }), OTHER],
    ['an unverified address', anna({ email_verified: false }), OTHER],
    ['an address without email_verified', { email: 'anna@example.org' }, OTHER],
    ['email_verified as a string', anna({ email_verified: 'true' }), OTHER],
    ['another domain', anna({ email: 'anna@example.com' }), OTHER],
    ['a part of the domain', anna({ email: 'anna@mail.example.org' }), OTHER],
    ['at Google, an account without an organisation', anna(), GOOGLE],
    ['at Google, an account of another organisation', anna({ hd: 'example.com' }), GOOGLE],
    ['a name with a slash', anna({ email: '../anna@example.org' }), OTHER],
    ['a name with a newline', anna({ email: 'anna\n@example.org' }), OTHER],
    ['a letter that becomes ASCII in lower case', anna({ email: '\u212aarl@example.org' }), OTHER],
    ['a number', anna({ email: '0@example.org' }), OTHER],
    ['nothing before the @', anna({ email: '@example.org' }), OTHER],
  ])('is refused for %s', (_what, claims, rules) => {
    expect(() => userFrom(claims, rules)).toThrow(expect.objectContaining({ code: 'not_allowed' }));
  });
});
