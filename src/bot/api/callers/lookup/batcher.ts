/** Batches concurrent lookups whose cost does not depend on the number of keys. */

/** Batches that may run at once: with two, one slow batch doesn't delay every lookup. */
const AT_ONCE = 2;
/** The largest share of time spent in starting batches: the process serves no request while it starts a program. */
const SHARE = 1 / 5;
/** Keys in a batch: few enough to look them up one by one when a batch fails. */
const MOST = 32;

interface Waiting<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param ask looks up keys and returns the answers in their order; when it rejects for several keys, each is looked up alone
 * @returns looks up one key
 */
export function createBatcher<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
): (key: Key) => Promise<Answer> {
  const waiting: Waiting<Key, Answer>[] = [];
  let underway = 0;
  let planned = false;
  let earliest = 0;

  const alone = async ({ key, resolve, reject }: Waiting<Key, Answer>) => {
    try {
      const [answer] = await ask([key]);
      resolve(answer as Answer);
    } catch (error) {
      reject(error);
    }
  };
  const all = async (some: readonly Waiting<Key, Answer>[]) => {
    const answers = await ask(some.map(({ key }) => key)).catch(() => undefined);
    if (answers === undefined) await Promise.all(some.map(alone));
    else for (const [i, { resolve }] of some.entries()) resolve(answers[i] as Answer);
  };
  const begin = () => {
    const from = performance.now();
    planned = false;
    underway += 1;
    const some = waiting.splice(0, MOST);
    const [only] = some;
    void (some.length === 1 && only ? alone(only) : all(some)).finally(() => {
      underway -= 1;
      plan();
    });
    earliest = from + (performance.now() - from) / SHARE;
    plan();
  };
  /** Schedules the next batch. */
  const plan = () => {
    if (planned || waiting.length === 0 || underway === AT_ONCE) return;
    planned = true;
    const wait = earliest - performance.now();
    if (wait > 0) setTimeout(begin, wait);
    else setImmediate(begin);
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      plan();
    });
}
