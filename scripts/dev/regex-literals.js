// Finds the regular expressions of src/: literals, and what is passed to RegExp as far as the file itself says it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Stands for a part of an expression that is known only while the program runs: a number and a word alike. */
const UNKNOWN = '1';

/** The text of an expression that is a string, where the file says it. @param constants initial values by name */
function textOf(node, constants) {
  if (node === undefined || node === null) return undefined;
  const inner = (one) => textOf(one, constants) ?? UNKNOWN;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' || node.type === 'TaggedTemplateExpression') {
    const { quasis, expressions } = node.quasi ?? node;
    const piece = node.quasi === undefined ? 'cooked' : 'raw';
    return quasis
      .map(({ value }, at) => value[piece] + (at < expressions.length ? inner(expressions[at]) : ''))
      .join('');
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') return inner(node.left) + inner(node.right);
  if (node.type === 'Identifier') return textOf(constants.get(node.name), constants);
  // [...].join('|')
  const { callee } = node;
  if (node.type === 'CallExpression' && callee.property?.name === 'join' && callee.object.type === 'ArrayExpression') {
    return callee.object.elements.map(inner).join(inner(node.arguments[0]));
  }
  return undefined;
}

/** The regular expressions of a file: `source` and `flags` as JavaScript has them. @param file its path below src/ */
export function regexesOf(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found = [];
  const constants = new Map();
  const add = (node, source, flags) => {
    const line = text.slice(0, node.start).split('\n').length;
    found.push({ file, line, source, flags, key: `/${source}/${flags}` });
  };
  const constructed = (node) => {
    if (node.callee.name !== 'RegExp') return;
    const [source, flags] = node.arguments;
    add(node, textOf(source, constants) ?? UNKNOWN, textOf(flags, constants) ?? '');
  };
  new Visitor({
    VariableDeclarator(node) {
      if (node.id.type === 'Identifier' && node.init) constants.set(node.id.name, node.init);
    },
    Literal(node) {
      if (node.regex) add(node, node.regex.pattern, node.regex.flags);
    },
    NewExpression: constructed,
    CallExpression: constructed,
  }).visit(program);
  return found;
}

/** The regular expressions of every source file. */
export function allRegexes() {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.sort().flatMap((file) => regexesOf(file, readFileSync(join(SRC, file), 'utf8')));
}
