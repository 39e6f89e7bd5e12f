/**
 * The language of conditions: CEL, with what labels need. They are strings, so `"2"` is compared with a number as one;
 * what is missing is null, which compares as false with everything.
 */
import { Environment } from '@marcbachmann/cel-js';
import { Names } from './names.ts';
import { compilePattern } from './pattern/pattern.ts';

/** Bounds of one condition, for the package's parser. A long one of people's has some 50 parts. */
const LIMITS = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };
/** Compiled patterns that are kept. */
const MOST_PATTERNS = 1000;

type Compared = string | number | bigint;

const numberOf = (value: Compared): number =>
  typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

const patterns = new Map<string, (value: string) => boolean>();

/** Whether a text matches; patterns are compiled once. */
export function matchesPattern(value: string, pattern: string): boolean {
  const known = patterns.get(pattern);
  if (known !== undefined) return known(value);
  const compiled = compilePattern(pattern);
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(pattern, compiled);
  return compiled(value);
}

function register(environment: Environment): void {
  environment.registerType('Names', { ctor: Names });
  environment.registerOperator('string in Names: bool', (name: string, names: Names) => names.has(name));
  environment.registerFunction('string.matchesPattern(string): bool', matchesPattern);
  for (const type of ['int', 'double']) {
    for (const [sign, compare] of Object.entries(COMPARISONS)) {
      const both = (one: Compared, other: Compared) => compare(numberOf(one), numberOf(other));
      environment.registerOperator(`string ${sign} ${type}`, both);
      environment.registerOperator(`${type} ${sign} string`, both);
    }
    environment.registerOperator(
      `string == ${type}`,
      (one: string, other: Compared) => numberOf(one) === Number(other),
    );
  }
  environment.registerOperator('string == bool', (one: string, other: boolean) => one === String(other));
  for (const type of ['int', 'double', 'string', 'bool', 'null']) {
    for (const sign of Object.keys(COMPARISONS)) {
      environment.registerOperator(`null ${sign} ${type}`, () => false);
      if (type !== 'null') environment.registerOperator(`${type} ${sign} null`, () => false);
    }
  }
  environment.registerOperator('!null: bool', () => true);
  for (const method of ['startsWith', 'endsWith', 'contains', 'matchesPattern']) {
    environment.registerFunction(`null.${method}(string): bool`, () => false);
  }
}

/** Creates the environment; costs some milliseconds once. */
export function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  register(environment);
  return environment;
}
