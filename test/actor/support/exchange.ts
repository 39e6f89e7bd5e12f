import { connect } from 'node:net';

/** Writes bytes to a socket and waits for all that comes back. */
export function exchange(path: string, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    socket.on('error', reject).on('end', () => resolve(text));
    if (bytes.length > 0) socket.write(bytes);
  });
}
