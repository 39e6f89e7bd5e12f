import { pipeline } from 'node:stream';
import { Problem } from '../../../core/problem.ts';
import { querySubject } from '../body/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { ClientGone } from '../http/exchange.ts';
import { TAKE_ANSWER_MS } from '../limits.ts';

/** Nothing in it may run, whatever somebody takes it for. */
const HEADERS = {
  'cache-control': 'private, max-age=3600',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

/** `GET /messages/{id}/pictures/{n}` */
export const picture: Endpoint = async (context) => {
  const { params, exchange, services } = context;
  const { id = '', n = '' } = params;
  const owner = await querySubject(context);
  if (!/^\d{1,3}$/.test(n)) throw new Problem('no_picture', 'The pictures of a message are numbered from 0.');
  const { type, bytes } = await services.picture(owner, id, Number(n), exchange.hold);
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
};
