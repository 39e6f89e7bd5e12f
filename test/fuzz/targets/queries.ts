import fc from 'fast-check';
import { ENDPOINTS } from '../../../src/bot/api/endpoints.ts';
import type { Target } from '../support/campaign.ts';
import { CHATS, type Subject } from '../support/subject.ts';
import { anyText } from './markdown.ts';
import { ask, assertSane } from './request.ts';

/** A stream has no end to wait for. */
const PATHS = ENDPOINTS.flatMap(({ method, path }) => (method === 'GET' && path !== '/events' ? [path] : []));
const METHODS = [...Array.from({ length: 9 }, () => 'GET'), 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** As it may stand in an address, or as somebody might write it who does not know how. */
const spelled = (text: string) => fc.constantFrom(encodeURIComponent(text.toWellFormed()), text);
const value = fc
  .oneof(
    fc.constantFrom(...Object.keys(CHATS).slice(0, 4), 'true', 'false', '0', '1', '20', '-1', '1e9', 'NaN', '', 'sent'),
    fc.constantFrom('../../etc/passwd', '.', '..', '%', '%00', '%2e%2e%2f', '__proto__', 'x'.repeat(5000), '[]', '{}'),
    anyText,
  )
  .chain(spelled);
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('user', 'all', 'limit', 'before', 'status', 'source', 'q', 'days', 'name', 'lines'),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '__proto__', 'constructor', 'user[]', 'user%00', '%', '&', '#') },
);
const query = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((entries) => entries.map(([key, given]) => `${key}=${given}`).join('&'));
const known = fc
  .tuple(fc.constantFrom(...PATHS), value, value)
  .map(([path, id, n]) => path.replace(':id', id.replaceAll('/', '%2F')).replace(':n', n.replaceAll('/', '%2F')));
const path = fc.oneof(
  { weight: 8, arbitrary: known },
  { weight: 1, arbitrary: value.map((one) => `/${one}`) },
  { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  { weight: 1, arbitrary: fc.constantFrom('*', '//', '/?', '/%', '/send/', '/./status', '/status/../send') },
);
const cases = fc.record({
  method: fc.constantFrom(...METHODS),
  // Node's client sends no other characters; what does is thrown at the service as bytes.
  target: fc.tuple(path, query).map(([at, asked]) => `${at}?${asked}`.replace(/[^\x21-\x7e]/g, '%')),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Whatever is asked for gets an answer of the API's. */
export function queries(subject: Subject): Target<Case> {
  return {
    name: 'queries',
    share: 0.5,
    time: 0.05,
    lanes: 8,
    cases,
    async check({ method, target }) {
      assertSane(await ask(subject.socketPath, method, target, '', 'application/json'));
      subject.assertWell();
    },
    measured: subject.measured,
  };
}
