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
/** `{'a': 1}` and `True`. */
const PYTHON = /\{\s*'|:\s*(True|False|None)\b/;
/** `{a: 1}`: an object of JavaScript, or JSON whose double quotes a shell took away. */
const NO_QUOTES = /\{\s*[A-Za-z_$][\w$]*\s*:/;
/** `{"a"=>1}` and `{:a=>1}`. */
const ARROW = /\{\s*(?::\w+|"[^"\n]*"|'[^'\n]*')\s*=>/;
const COMMA = /,\s*[}\]]/;

function shellHint(text: string): string {
  const how = NO_QUOTES.test(text) ? 'The shell took its double quotes away' : 'JSON needs double quotes';
  return ` ${how}: put the object in single quotes, ${PRINTS.shell}.`;
}

/** A sentence with a space before it; empty where nothing is known. */
export function jsonHint(text: string, language: ScriptLanguage | undefined): string {
  if (NUMBER.test(text)) return ' NaN and Infinity are not JSON: replace them by null.';
  const isPython = PYTHON.test(text);
  if (isPython || NO_QUOTES.test(text) || ARROW.test(text)) {
    if (language === 'shell') return shellHint(text);
    const guessed = language ?? (isPython ? 'python' : ARROW.test(text) ? 'ruby' : 'javascript');
    const looks = { python: 'a Python dict', javascript: 'a JavaScript object', ruby: 'a Ruby hash' };
    if (guessed === 'python' || guessed === 'javascript' || guessed === 'ruby') {
      return ` It looks like ${looks[guessed]}: ${PRINTS[guessed]}.`;
    }
    return ` It is not written as JSON: ${PRINTS[guessed]}.`;
  }
  return COMMA.test(text) ? ' A comma stands before a closing bracket: remove it.' : '';
}
