import type { Receipt } from '../../core/receipt.ts';

/**
 * Waits for a delivery.
 *
 * @param ms milliseconds to wait
 * @param stopping ends the wait
 * @returns the receipt of the settled delivery, or `undefined` when the wait is over first
 */
export function settledWithin(
  settled: Promise<Receipt>,
  ms: number,
  stopping: AbortSignal,
): Promise<Receipt | undefined> {
  return new Promise((resolve) => {
    const end = (receipt?: Receipt) => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', late);
      resolve(receipt);
    };
    const late = () => end();
    const timer = setTimeout(late, ms);
    stopping.addEventListener('abort', late);
    settled.then(end);
  });
}
