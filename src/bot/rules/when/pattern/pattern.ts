import { Problem } from '../../../../core/problem.ts';
import { type Pattern, parsePattern } from './parse.ts';

/** Steps of a compiled pattern: with 1,000 letters to look at, some milliseconds. */
const MOST_STEPS = 1000;

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

/** The steps that are reached without a letter, from some of them. */
function reach(steps: readonly Step[], from: Iterable<number>, isFirst: boolean, isLast: boolean): ReadonlySet<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step === undefined) continue;
    if ('goTo' in step) open.push(...step.goTo);
    else if ('edge' in step && (step.edge === '^' ? isFirst : isLast)) open.push(at + 1);
  }
  return reached;
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
  const end = steps.length;
  return (value) => {
    const letters = [...(ignoresCase ? value.toLowerCase() : value)];
    let places: ReadonlySet<number> = new Set();
    for (let at = 0; at <= letters.length; at += 1) {
      // A match may begin at every letter.
      places = reach(steps, [...places, 0], at === 0, at === letters.length);
      if (places.has(end)) return true;
      const letter = letters[at];
      if (letter === undefined) return false;
      const next = [...places].filter((place) => {
        const step = steps[place];
        return step !== undefined && 'matches' in step && step.matches(letter);
      });
      places = new Set(next.map((place) => place + 1));
    }
    return false;
  };
}
