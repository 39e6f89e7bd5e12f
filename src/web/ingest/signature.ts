import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a signature is that of a body: `sha256=` and the HMAC in hexadecimal, as in `X-Hub-Signature-256`.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSignatureOf(signature: string | undefined, body: Uint8Array, secret: string): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(signature ?? '')?.[1];
  if (hex === undefined) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHmac('sha256', secret).update(body).digest());
}
