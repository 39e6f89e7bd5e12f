import { describe, expect, test } from 'vitest';
import { type Claims, userFrom } from '../../src/web/login/identity.ts';

const GOOGLE = { issuer: 'https://accounts.google.com', emailDomain: 'example.org' };
const OTHER = { issuer: 'https://login.example.org/realms/staff', emailDomain: 'example.org' };
const anna = (more: Claims = {}): Claims => ({ email: 'anna@example.org', email_verified: true, ...more });

describe('whom an identity stands for', () => {
  test.each([
    ['the part before the domain', anna(), OTHER, 'anna'],
    ['in small letters', anna({ email: 'Anna.Berg@Example.ORG' }), OTHER, 'anna.berg'],
    ['at Google, of the organisation', anna({ hd: 'example.org' }), GOOGLE, 'anna'],
    ['at Google, of its own mail', anna({ email: 'anna@gmail.com' }), { ...GOOGLE, emailDomain: 'gmail.com' }, 'anna'],
  ])('%s', (_what, claims, rules, user) => {
    expect(userFrom(claims, rules)).toBe(user);
  });

  test.each([
    ['no address', {}, OTHER],
    ['an address that is no text', anna({ email: ['anna@example.org'] }), OTHER],
    ['one that is not verified', anna({ email_verified: false }), OTHER],
    ['one of which that isn’t said', { email: 'anna@example.org' }, OTHER],
    ['a word for being verified', anna({ email_verified: 'true' }), OTHER],
    ['another domain', anna({ email: 'anna@example.com' }), OTHER],
    ['a part of the domain', anna({ email: 'anna@mail.example.org' }), OTHER],
    ['at Google, an account of nobody’s', anna(), GOOGLE],
    ['at Google, an account of another organisation', anna({ hd: 'example.com' }), GOOGLE],
    ['a name with a slash', anna({ email: '../anna@example.org' }), OTHER],
    ['a name with a line’s end', anna({ email: 'anna\n@example.org' }), OTHER],
    ['a letter that is small only in another alphabet', anna({ email: '\u212aarl@example.org' }), OTHER],
    ['a number', anna({ email: '0@example.org' }), OTHER],
    ['nothing before the @', anna({ email: '@example.org' }), OTHER],
  ])('is nobody: %s', (_what, claims, rules) => {
    expect(() => userFrom(claims, rules)).toThrow(expect.objectContaining({ code: 'not_allowed' }));
  });
});
