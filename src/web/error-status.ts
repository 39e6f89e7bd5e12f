import { type Code, statusOf } from '../core/codes.ts';

/** The HTTP status that the dashboard answers a code with: a fault of the bot, and a code without a status, is 503. */
export function errorStatus(code: Code): number {
  const status = statusOf(code) ?? 503;
  return status < 500 ? status : 503;
}
