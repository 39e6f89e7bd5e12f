import type { ASTNode } from '@marcbachmann/cel-js';
import { SEVERITIES } from '../../../core/notification.ts';
import { Problem, sentenceOf } from '../../../core/problem.ts';
import { firstLineOf } from '../../../shared/text/first-line.ts';
import type { Condition } from '../model.ts';
import type { Subject } from '../rules.ts';
import { createEnvironment, matchesPattern } from './environment.ts';
import { Context } from './names.ts';
import { translate } from './translate.ts';

/** Characters of a condition. */
const LONGEST = 2000;

const environment = createEnvironment();

/** Every node of a condition. */
function* nodesOf(value: unknown): Generator<ASTNode> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one);
  if (typeof value !== 'object' || value === null || !('op' in value) || !('args' in value)) return;
  yield value as ASTNode;
  yield* nodesOf(value.args);
}

/** Words that people compare with and forget to quote. As the name of a label each is possible, and rare. */
const UNQUOTED = new Set<unknown>([...SEVERITIES, 'warning', 'error', 'firing', 'resolved']);

/** The word that a comparison takes for the name of a label; `undefined` where it has none. */
function unquotedWord({ op, args }: ASTNode): unknown {
  if (op !== '==' && op !== '!=') return undefined;
  const [left, right] = args as readonly ASTNode[];
  if (left?.op !== 'id' || right?.op !== 'id') return undefined;
  return [right.args, left.args].find((name) => UNQUOTED.has(name));
}

/** What the package takes and the rules can't mean. @throws Problem `bad_rules` */
function requireMeaning(tree: ASTNode): void {
  for (const node of nodesOf(tree)) {
    const word = unquotedWord(node);
    if (word !== undefined) {
      throw new Problem(
        'bad_rules',
        `${word} is the name of a label without quotes: write '${word}', or labels.${word}.`,
      );
    }
    if (node.op === 'call' && node.args[0] === 'has') {
      throw new Problem('bad_rules', 'has(…) is not taken: write "labels.host != null", or "\'host\' in labels".');
    }
    if (node.op !== 'rcall' || node.args[0] !== 'matchesPattern') continue;
    const [pattern] = node.args[2];
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
      throw new Problem('bad_rules', 'matches takes a pattern in quotes.');
    }
    matchesPattern('', pattern.args);
  }
}

/** The same alert meets many conditions. */
const contexts = new WeakMap<Subject, Context>();

function contextOf(subject: Subject): Context {
  const known = contexts.get(subject) ?? new Context(subject);
  contexts.set(subject, known);
  return known;
}

/** A lone `=`, as SQL and labels of Prometheus compare. It may stand in a text too, so this is only a hint. */
const LONE_EQUALS = /(?<![=!<>])=(?!=)/;

/** The first line of an error of the package: the others show the place in the translated text. */
const firstLine = (error: unknown) => firstLineOf(sentenceOf(error));

/**
 * Compiles a condition. Where it fails for an alert, as by a division by zero, it does not match.
 *
 * @example compileCondition("severity == 'critical' AND days_remaining <= 2")
 * @throws Problem `bad_rules` with a sentence that says what is wrong
 */
export function compileCondition(text: string): Condition {
  if (text.length > LONGEST) throw new Problem('bad_rules', `it is longer than ${LONGEST} characters.`);
  let parsed: ReturnType<typeof environment.parse>;
  try {
    parsed = environment.parse(translate(text));
  } catch (error) {
    const hint = LONE_EQUALS.test(text) ? ' Write == to compare.' : '';
    throw new Problem('bad_rules', `it is not CEL: ${firstLine(error)}.${hint}`, { cause: error });
  }
  requireMeaning(parsed.ast);
  const { valid, type = 'dyn', error } = parsed.check();
  if (!valid) throw new Problem('bad_rules', `it can't be evaluated: ${firstLine(error)}.`, { cause: error });
  if (type !== 'bool' && type !== 'dyn') {
    throw new Problem('bad_rules', `it gives a value of type ${type}, not true or false: compare it with something.`);
  }
  return (subject) => {
    try {
      return parsed(contextOf(subject)) === true;
    } catch {
      return false;
    }
  };
}
