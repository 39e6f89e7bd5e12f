import { Problem } from '../../../core/problem.ts';

/**
 * Reads standard input as text, without the line ends at its end.
 *
 * @param most bytes
 * @param tooLong the sentence of the error
 * @throws Problem `too_large`
 */
export async function readInput(input: AsyncIterable<Uint8Array>, most: number, tooLong: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) throw new Problem('too_large', tooLong);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/(?<!\n)\n+$/, '');
}
