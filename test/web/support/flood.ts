/** More than the limits allow at once. */
const AT_ONCE = 700;
const MOST_ROUNDS = 10;

/**
 * Makes requests until one is refused with 429. A limit refills while a busy machine sends them, so one round may not be
 * enough.
 *
 * @param request makes one and returns its status
 * @returns the status of each
 */
export async function flood(request: () => Promise<number>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < MOST_ROUNDS && !statuses.includes(429); round += 1) {
    statuses.push(...(await Promise.all(Array.from({ length: AT_ONCE }, request))));
  }
  return statuses;
}
