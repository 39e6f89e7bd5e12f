/** Questions that cost the same for one thing as for many: what is asked in one turn, or while others wait, goes together. */

/** How many are on their way at most: a slow answer holds up a part of the others only. */
const AT_ONCE = 2;
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
export function createTogether<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
): (key: Key) => Promise<Answer> {
  const waiting: Waiting<Key, Answer>[] = [];
  let underway = 0;

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
  const next = () => {
    while (underway < AT_ONCE && waiting.length > 0) {
      const some = waiting.splice(0, MOST);
      const [only] = some;
      underway += 1;
      void (some.length === 1 && only ? alone(only) : all(some)).finally(() => {
        underway -= 1;
        next();
      });
    }
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length === 1) setImmediate(next);
    });
}
