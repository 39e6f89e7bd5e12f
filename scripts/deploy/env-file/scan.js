/** The rules of systemd for the text of an `EnvironmentFile=`, a state for each place in which a character can stand. */

const BLANK = /[ \t\n\r]/;
const NEWLINE = /[\n\r]/;
/** What a backslash protects inside double quotes; before another character it stays. */
const PROTECTED = '"\\`$';

/** Takes the blanks off the end. */
const trimmed = (text) => text.replace(/[ \t\n\r]+$/, '');

/**
 * The assignments of a file as they are written, valid or not, and its lines that are none.
 *
 * `end` is the end of a value: `plain`, `quoted`, or `open` for a quote that does not end; `tail` is what stands outside
 * of quotes in it.
 */
export function scan(text) {
  const found = [];
  const comments = [];
  let [line, state, name, value] = [1, 'before name', '', ''];
  let [first, kept, tail, quoted, isOpen] = [1, 0, '', false, false];

  const push = () => {
    // Blanks at the end of an unquoted value are no part of it; `kept` is the length up to which blanks are.
    const whole = state === 'value' ? value.slice(0, kept) + trimmed(value.slice(kept)) : value;
    found.push({ name: trimmed(name), value: whole, line: first, lastLine: line, tail, quoted, isOpen });
  };
  const begin = () => {
    [name, value, kept, tail, quoted, isOpen] = ['', '', 0, '', false, false];
    state = 'before name';
  };
  const add = (char, isLiteral) => {
    value += char;
    if (isLiteral) kept = value.length;
  };

  for (const char of text) {
    const ends = NEWLINE.test(char);
    switch (state) {
      case 'before name':
        if (char === '#' || char === ';') {
          state = 'comment';
          first = line;
        } else if (!BLANK.test(char)) {
          state = 'name';
          first = line;
          name = char;
        }
        break;
      case 'name':
        if (ends) {
          found.push({ name: trimmed(name), value: undefined, line: first, lastLine: line });
          begin();
        } else if (char === '=') state = 'before value';
        else name += char;
        break;
      case 'before value':
      case 'value':
        if (ends) {
          push();
          begin();
        } else if (char === '\\') {
          state = 'escaped';
        } else if (state === 'before value' && (char === "'" || char === '"')) {
          state = char === "'" ? 'single quotes' : 'double quotes';
          quoted = true;
        } else if (state === 'value' || !BLANK.test(char)) {
          state = 'value';
          add(char, false);
          tail += char;
        } else tail += char;
        break;
      case 'escaped':
        state = 'value';
        // An escaped newline continues the value, without the newline.
        if (!ends) add(char, true);
        else kept = value.length;
        break;
      case 'single quotes':
        if (char === "'") state = 'before value';
        else add(char, true);
        break;
      case 'double quotes':
        if (char === '"') state = 'before value';
        else if (char === '\\') state = 'escaped in quotes';
        else add(char, true);
        break;
      case 'escaped in quotes':
        state = 'double quotes';
        if (PROTECTED.includes(char)) add(char, true);
        else if (char !== '\n') add(`\\${char}`, true);
        break;
      case 'comment':
        if (char === '\\') state = 'escaped in comment';
        else if (ends) begin();
        break;
      case 'escaped in comment':
        if (char === '\n') comments.push(first);
        state = 'comment';
        break;
    }
    if (char === '\n') line += 1;
  }
  if (state.includes('quotes')) isOpen = true;
  if (!['before name', 'name', 'comment', 'escaped in comment'].includes(state)) push();
  else if (state === 'name') found.push({ name: trimmed(name), value: undefined, line: first, lastLine: line });
  return { found, comments };
}
