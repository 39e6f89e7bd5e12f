/**
 * Regular expressions of conditions, in the common part of RE2's and JavaScript's syntax. What they become is matched in
 * linear time: those who post alerts choose the texts, so a pattern with `(a+)+` must not hold up the service.
 */
import { Problem } from '../../../../core/problem.ts';

/** A pattern as a tree. */
export type Pattern =
  | { readonly kind: 'one'; readonly matches: (letter: string) => boolean }
  | { readonly kind: 'edge'; readonly edge: '^' | '$' }
  | { readonly kind: 'all'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'any'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

/** Groups within groups. */
const DEEPEST = 20;
/** Times that `{n}` may repeat. */
const MOST_TIMES = 100;

const CLASSES: Readonly<Record<string, RegExp>> = { d: /\d/, D: /\D/, w: /\w/, W: /\W/, s: /\s/, S: /\S/ };
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };
const TIMES = /\{(\d{1,4})(,?)(\d{0,4})\}/y;

const refused = (why: string) => new Problem('bad_rules', `the pattern ${why}`);

const literally = (wanted: string) => (letter: string) => letter === wanted;

/** Reads a pattern. @throws Problem `bad_rules` */
export function parsePattern(text: string): Pattern {
  const letters = [...text];
  let at = 0;

  function escaped(): (letter: string) => boolean {
    const letter = letters[at++];
    if (letter === undefined) throw refused('ends with a backslash.');
    const known = CLASSES[letter];
    if (known !== undefined) return (one) => known.test(one);
    if (/[A-Za-z0-9]/.test(letter) && CONTROLS[letter] === undefined)
      throw refused(`holds \\${letter}, which is not taken.`);
    return literally(CONTROLS[letter] ?? letter);
  }

  /** One letter of a set, or a class such as `\d`. */
  function member(): { readonly letter?: string; readonly matches: (letter: string) => boolean } {
    const letter = letters[at++];
    if (letter === undefined) throw refused('holds a [ without its ].');
    if (letter !== '\\') return { letter, matches: literally(letter) };
    const next = letters[at] ?? '';
    const matches = escaped();
    return CLASSES[next] === undefined ? { letter: CONTROLS[next] ?? next, matches } : { matches };
  }

  function set(): Pattern {
    const isNot = letters[at] === '^';
    if (isNot) at += 1;
    const members: ((letter: string) => boolean)[] = [];
    while (letters[at] !== ']' || members.length === 0) {
      const { letter: from, matches } = member();
      const isRange =
        from !== undefined && letters[at] === '-' && letters[at + 1] !== ']' && letters[at + 1] !== undefined;
      if (!isRange) {
        members.push(matches);
        continue;
      }
      at += 1;
      const { letter: to } = member();
      if (to === undefined || from > to) throw refused(`holds the range ${from}-${to ?? '\\'}, which is none.`);
      members.push((letter) => letter >= from && letter <= to);
    }
    at += 1;
    return { kind: 'one', matches: (letter) => members.some((one) => one(letter)) !== isNot };
  }

  function group(depth: number): Pattern {
    if (depth >= DEEPEST) throw refused(`is nested deeper than ${DEEPEST} groups.`);
    if (letters[at] === '?') {
      if (letters[at + 1] !== ':') throw refused('holds (?, of which only (?: and a leading (?i) are taken.');
      at += 2;
    }
    const inner = choice(depth + 1);
    if (letters[at] !== ')') throw refused('holds a ( without its ).');
    at += 1;
    return inner;
  }

  function atom(depth: number): Pattern {
    const letter = letters[at++] ?? '';
    if (letter === '(') return group(depth);
    if (letter === '[') return set();
    if (letter === '.') return { kind: 'one', matches: (one) => one !== '\n' };
    if (letter === '^' || letter === '$') return { kind: 'edge', edge: letter };
    if (letter === '\\') return { kind: 'one', matches: escaped() };
    if ('*+?'.includes(letter)) throw refused(`holds ${letter} with nothing before it.`);
    return { kind: 'one', matches: literally(letter) };
  }

  /** How often the last part may come; `undefined` where nothing is said. */
  function times(): readonly [number, number] | undefined {
    const letter = letters[at];
    const simple = { '*': [0, Number.POSITIVE_INFINITY], '+': [1, Number.POSITIVE_INFINITY], '?': [0, 1] } as const;
    if (letter === '*' || letter === '+' || letter === '?') {
      at += 1;
      return simple[letter];
    }
    if (letter !== '{') return undefined;
    TIMES.lastIndex = 0;
    const [whole, least, comma, most] = TIMES.exec(letters.slice(at, at + 12).join('')) ?? [];
    if (whole === undefined) return undefined;
    at += whole.length;
    const from = Number(least);
    const unbounded = most === '' ? Number.POSITIVE_INFINITY : Number(most);
    const to = comma === '' ? from : unbounded;
    if (from > MOST_TIMES || (Number.isFinite(to) && to > MOST_TIMES) || to < from) {
      throw refused(`holds ${whole}: at most ${MOST_TIMES} times, the smaller number first.`);
    }
    return [from, to];
  }

  function sequence(depth: number): Pattern {
    const parts: Pattern[] = [];
    while (at < letters.length && letters[at] !== '|' && letters[at] !== ')') {
      let part = atom(depth);
      for (let often = times(); often !== undefined; often = times()) {
        part = { kind: 'repeat', part, least: often[0], most: often[1] };
        // Lazy or not: only whether it matches is asked.
        if (letters[at] === '?') at += 1;
      }
      parts.push(part);
    }
    return { kind: 'all', parts };
  }

  function choice(depth: number): Pattern {
    const parts = [sequence(depth)];
    while (letters[at] === '|') {
      at += 1;
      parts.push(sequence(depth));
    }
    return { kind: 'any', parts };
  }

  const whole = choice(0);
  if (at < letters.length) throw refused('holds a ) without its (.');
  return whole;
}
