import { pipeline } from 'node:stream';
import { Problem } from '../../../../core/problem.ts';
import { querySubject } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { ClientGone } from '../../http/exchange.ts';
import { MAX_STREAM_BYTES, TAKE_ANSWER_MS } from '../../limits.ts';

/** A browser runs nothing in it, also where it takes it for a page. */
const HEADERS = {
  'cache-control': 'private, max-age=3600',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

/** The bytes of one picture of a message. */
export const picture: Endpoint = {
  method: 'GET',
  path: '/messages/:id/pictures/:n',
  codes: ['bad_field', 'not_yours', 'no_picture', 'telegram_unreachable'],
  async handle(context) {
    const { params, exchange, services, allowance } = context;
    const { id = '', n = '' } = params;
    const owner = await querySubject(context);
    if (!/^\d{1,3}$/.test(n)) throw new Problem('no_picture', 'The pictures of a message are numbered from 0.');
    await exchange.holdSoon(MAX_STREAM_BYTES);
    const release = await allowance.picture();
    const { type, bytes } = await services.picture(owner, id, Number(n), exchange.hold).finally(release);
    const { response } = exchange;
    if (response.destroyed) {
      bytes.destroy();
      throw new ClientGone();
    }
    response.once('close', () => bytes.destroy());
    const body = () => {
      const cutOff = setTimeout(() => response.destroy(), TAKE_ANSWER_MS).unref();
      pipeline(bytes, response, () => clearTimeout(cutOff));
    };
    return { status: 200, headers: { ...HEADERS, 'content-type': type }, body };
  },
};
