import { raw } from 'hono/html';
import { encode } from 'uqr';
import { strings } from '../../strings.ts';
import type { Html } from './html.ts';

/** A QR code of an address: dark on white in any colour scheme, with a border, as cameras require. @param label for screen readers */
export function qrOf(address: string, label: string = strings.telegram.qr): Html {
  const { data, size } = encode(address, { border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return raw(
    `<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path fill="#101418" d="${path}"/></svg>`,
  );
}
