/** What to do about text that was meant as JSON, by the language of the program that printed it. */

export type ScriptLanguage = 'javascript' | 'perl' | 'php' | 'python' | 'r' | 'ruby' | 'shell';

/** How each language prints JSON. */
const PRINTS: Readonly<Record<ScriptLanguage, string>> = {
  javascript: 'console.log(JSON.stringify(result))',
  perl: 'use JSON::PP; print encode_json($result)',
  php: 'echo json_encode($result)',
  python: 'print(json.dumps(result))',
  r: 'cat(jsonlite::toJSON(result, auto_unbox = TRUE))',
  ruby: 'puts JSON.generate(result)',
  shell: `echo '{"notify": true, "message": "x"}'`,
};

const NUMBER = /[:[,]\s*-?(NaN|Infinity)\b/;
/** `True`, as Python writes it. */
const WORDS = /[:[,]\s*(True|False|None)\b/;
/** `{'a': 1}` */
const SINGLE_QUOTES = /\{\s*'/;
/** `{a: 1}`: an object of JavaScript, or JSON whose double quotes a shell took away. */
const NO_QUOTES = /\{\s*[A-Za-z_$][\w$]*\s*:/;
/** `{"a"=>1}`, `{:a=>1}` and `{a => 1}`. */
const ARROW = /\{\s*(?::?\w+|"[^"\n]*"|'[^'\n]*')\s*=>/;
/** “a” and „a“ */
const TYPOGRAPHIC = /[{,:]\s*[\u201c-\u201f]/;
const COMMA = /,\s*[}\]]/;
/** A line break or a tab within a text. */
const RAW_CONTROL = /^"(?:[^"\\\p{Cc}]|\\.)*\p{Cc}/u;

/** How a text of any content gets into JSON. */
const WITH_ANY_TEXT: Readonly<Partial<Record<ScriptLanguage, string>>> = {
  ...PRINTS,
  shell: `jq -n --arg m "$text" '{notify: true, message: $m}'`,
};

function shellHint(text: string): string {
  const how = NO_QUOTES.test(text) ? 'The shell took its double quotes away' : 'JSON needs double quotes';
  return ` ${how}: put the object in single quotes, ${PRINTS.shell}.`;
}

/** Another language's way to write an object. */
function otherNotation(text: string, language: ScriptLanguage | undefined): string {
  const isPython = SINGLE_QUOTES.test(text) || (WORDS.test(text) && (language ?? 'python') === 'python');
  const isArrow = ARROW.test(text);
  if (!isPython && !isArrow && !NO_QUOTES.test(text)) return '';
  if (language === 'shell') return shellHint(text);
  const guessed = language ?? (isPython ? 'python' : isArrow ? 'ruby' : 'javascript');
  const looks = { python: 'a Python dict', javascript: 'a JavaScript object', ruby: 'a Ruby hash' };
  if (guessed === 'python' || guessed === 'javascript' || guessed === 'ruby') {
    return ` It looks like ${looks[guessed]}: ${PRINTS[guessed]}.`;
  }
  return ` It is not written as JSON: ${PRINTS[guessed]}.`;
}

/** What the place at which it stops being JSON says. */
function hintAt(text: string, fault: number, language: ScriptLanguage | undefined): string {
  const rest = text.slice(fault);
  const how = language === undefined ? '' : `, as ${WITH_ANY_TEXT[language]} does`;
  if (RAW_CONTROL.test(rest)) return ` A line break or a tab inside a text must be written as \\n or \\t${how}.`;
  const before = text.slice(0, fault).trimEnd().at(-1) ?? '';
  if (rest.startsWith('"') && /["\]}\w]/.test(before)) return ' A comma is missing there.';
  if (before === '"' && /^[^\s,:}\]]/.test(rest)) return ` A double quote inside a text needs a backslash${how}.`;
  return '';
}

/**
 * A sentence with a space before it; empty where nothing is known.
 *
 * @param fault index at which it stops being JSON, where that is known
 */
export function jsonHint(text: string, language: ScriptLanguage | undefined, fault?: number): string {
  if (NUMBER.test(text)) return ' NaN and Infinity are not JSON: replace them by null.';
  const notation = otherNotation(text, language);
  if (notation !== '') return notation;
  if (WORDS.test(text)) return ' JSON writes true, false and null in small letters.';
  if (TYPOGRAPHIC.test(text)) return ' Typographic quotes are not JSON: write ".';
  if (COMMA.test(text)) return ' A comma stands before a closing bracket: remove it.';
  return fault === undefined ? '' : hintAt(text, fault, language);
}
