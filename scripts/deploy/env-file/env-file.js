/**
 * Reads a file of settings as systemd reads `EnvironmentFile=`: systemd.exec(5), and src/basic/env-file.c of systemd. It is
 * no shell and no dotenv file: a comment ends no value, `export` makes a line invalid, and an invalid line is ignored.
 *
 * One parser for `notify-bot doctor`, for deploy.sh, which runs before anything is built, and for the tests, which compare
 * it with systemd's own.
 */
import { scan } from './scan.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Invisible characters, which no setting has on purpose. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/** What is surely a mistake in an assignment; a sentence without its value, which may be a secret. */
function faultOf({ name, value, line, lastLine, tail, quoted, isOpen }) {
  const exported = /^export[ \t]+(\S+)$/.exec(name)?.[1];
  if (exported !== undefined && NAME.test(exported))
    return `"export" belongs to the shell, and systemd ignores the line: write ${exported}=…`;
  if (value === undefined || !NAME.test(name)) return 'this is not NAME=VALUE, and systemd ignores it.';
  if (isOpen) return `the quote of ${name} does not end, so all that follows is part of its value: close it.`;
  if (CONTROL.test(value)) return `${name} holds an invisible character: type the line again.`;
  if (quoted ? /(^|\s)[#;]/.test(tail) : /\s[#;]/.test(tail))
    return `the comment behind ${name} is part of its value: put it on a line of its own.`;
  if (value.includes('\n'))
    return `the value of ${name} reaches from line ${line} to line ${lastLine}: close its quote on its own line.`;
  if (quoted && tail.trim() !== '') return `text stands outside of the quotes of ${name}, and is part of its value.`;
  return undefined;
}

/** Reads UTF-8 out of a string of bytes; `undefined` for anything else. */
function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * Reads the bytes of a file.
 *
 * `settings` are what the program gets, in the order of the file, of which the last one of a name counts; `faults` are
 * surely mistakes, a sentence each, with the number of the line; none of them quotes a value.
 */
export function parseEnvFile(bytes) {
  const raw = Buffer.from(bytes).toString('latin1');
  const zero = raw.indexOf('\0');
  if (zero >= 0) return refused(raw.slice(0, zero).split('\n').length);
  // What stands in a comment need not be UTF-8.
  const { found, comments } = scan(raw);
  const all = found.map((one) => ({
    ...one,
    name: decoded(one.name),
    value: one.value === undefined ? undefined : decoded(one.value),
    isText: decoded(one.name) !== undefined && (one.value === undefined || decoded(one.value) !== undefined),
  }));
  const strange = all.find(({ isText }) => !isText);
  if (strange !== undefined) return refused(strange.line);
  const faults = all.flatMap((one) => {
    const sentence = faultOf(one);
    return sentence === undefined ? [] : [{ line: one.line, sentence }];
  });
  const continued = comments.map((line) => ({
    line,
    sentence:
      'a comment that ends in a backslash goes on in the next line, but only for systemd before 254: remove it.',
  }));
  return {
    settings: all
      .filter(({ name, value }) => value !== undefined && NAME.test(name))
      .map(({ name, value, line, lastLine }) => ({ name, value, line, lastLine })),
    faults: [...faults, ...continued].sort((a, b) => a.line - b.line),
  };
}

const refused = (line) => ({
  settings: [],
  faults: [{ line, sentence: 'this is not UTF-8, or holds a zero byte, and systemd ignores the whole file.' }],
});

/** A value as it has to be written, so that systemd reads it back. */
export function quoted(value) {
  if (/^[^\s"'\\#;$`]*$/.test(value)) return value;
  return `"${value.replace(/["\\`$]/g, '\\$&')}"`;
}
