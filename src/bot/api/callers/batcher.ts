/** Questions that cost the same for one thing as for many: what is asked while others are on their way goes together. */

/** How many are on their way at most: a slow answer holds up a part of the others only. */
const AT_ONCE = 2;
/** Of the time, this share at most is spent in beginnings: while a program is started, nobody is served. */
const SHARE = 1 / 5;
/** What goes together at most: few enough to be asked one by one where one of them spoils the answer. */
const MOST = 32;

interface Waiting<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param ask the answers to these questions, in their order. Where it rejects for several, each is asked alone
 * @returns asks for one
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
  /** Lets what waits begin when it is time to. */
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
