import { Problem } from '../../../../core/problem.ts';
import { type Pattern, parsePattern } from './parse.ts';

/** Steps of a compiled pattern. The longest annotation takes 50 ms with as many, and 1 ms with the 20 of a usual one. */
const MOST_STEPS = 200;

/** A step: a letter to be there, an edge, or places to go on from. */
type Step =
  | { readonly matches: (letter: string) => boolean }
  | { readonly edge: '^' | '$' }
  | { goTo: readonly number[] };

/** Ken Thompson's construction. https://swtch.com/~rsc/regexp/regexp1.html */
function compile(pattern: Pattern, steps: Step[]): void {
  if (steps.length > MOST_STEPS) throw new Problem('bad_rules', `the pattern needs more than ${MOST_STEPS} steps.`);
  if (pattern.kind === 'one') steps.push({ matches: pattern.matches });
  else if (pattern.kind === 'edge') steps.push({ edge: pattern.edge });
  else if (pattern.kind === 'all') {
    for (const part of pattern.parts) compile(part, steps);
    // So that the repeats of nothing are bounded, too.
    if (pattern.parts.length === 0) fork(steps).goTo = [steps.length];
  } else if (pattern.kind === 'any') anyOf(pattern.parts, steps);
  else repeated(pattern, steps);
}

/** A step whose places are set later. */
function fork(steps: Step[]): { goTo: readonly number[] } {
  const step = { goTo: [] };
  steps.push(step);
  return step;
}

function anyOf(parts: readonly Pattern[], steps: Step[]): void {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    compile(only, steps);
    return;
  }
  const start = fork(steps);
  const begins: number[] = [];
  const ends = parts.map((part) => {
    begins.push(steps.length);
    compile(part, steps);
    return fork(steps);
  });
  start.goTo = begins;
  for (const end of ends) end.goTo = [steps.length];
}

function repeated({ part, least, most }: Extract<Pattern, { kind: 'repeat' }>, steps: Step[]): void {
  for (let time = 0; time < least; time += 1) compile(part, steps);
  if (most === Number.POSITIVE_INFINITY) {
    const start = fork(steps);
    const begin = steps.length;
    compile(part, steps);
    fork(steps).goTo = [begin - 1];
    start.goTo = [begin, steps.length];
    return;
  }
  const starts: { readonly step: { goTo: readonly number[] }; readonly begin: number }[] = [];
  for (let time = least; time < most; time += 1) {
    starts.push({ step: fork(steps), begin: steps.length });
    compile(part, steps);
  }
  for (const { step, begin } of starts) step.goTo = [begin, steps.length];
}

/** The places in a pattern that a part of a text leads to; each is noted once. */
interface Places {
  /** Adds a place, and those that are reached from it without a letter. */
  add(place: number, isFirst: boolean, isLast: boolean): void;
  has(place: number): boolean;
  readonly list: number[];
  clear(): void;
}

function createPlaces(steps: readonly Step[]): Places {
  const noted = new Uint8Array(steps.length + 1);
  const list: number[] = [];
  const open: number[] = [];
  return {
    add(first, isFirst, isLast) {
      open.push(first);
      for (let place = open.pop(); place !== undefined; place = open.pop()) {
        if (noted[place] === 1) continue;
        noted[place] = 1;
        list.push(place);
        const step = steps[place];
        if (step === undefined) continue;
        if ('goTo' in step) for (const next of step.goTo) open.push(next);
        else if ('edge' in step && (step.edge === '^' ? isFirst : isLast)) open.push(place + 1);
      }
    },
    has: (place) => noted[place] === 1,
    list,
    clear() {
      for (const place of list) noted[place] = 0;
      list.length = 0;
    },
  };
}

/**
 * Compiles a pattern into a function that looks whether a text holds a match, in time linear in the text.
 *
 * @param text letters, `.`, `[a-z]`, `\d \w \s`, `^`, `$`, groups, `|`, `* + ? {2,5}`; `(?i)` in front for any case
 * @throws Problem `bad_rules`
 */
export function compilePattern(text: string): (value: string) => boolean {
  const ignoresCase = text.startsWith('(?i)');
  const steps: Step[] = [];
  compile(parsePattern(ignoresCase ? text.slice('(?i)'.length).toLowerCase() : text), steps);
  let [now, next] = [createPlaces(steps), createPlaces(steps)];
  return (value) => {
    const letters = [...(ignoresCase ? value.toLowerCase() : value)];
    now.clear();
    for (let at = 0; at <= letters.length; at += 1) {
      const isLast = at === letters.length;
      // A match may begin at every letter.
      now.add(0, at === 0, isLast);
      if (now.has(steps.length)) return true;
      const letter = letters[at];
      if (letter === undefined) return false;
      next.clear();
      for (const place of now.list) {
        const step = steps[place];
        if (step !== undefined && 'matches' in step && step.matches(letter)) {
          next.add(place + 1, false, at + 1 === letters.length);
        }
      }
      [now, next] = [next, now];
    }
    return false;
  };
}
