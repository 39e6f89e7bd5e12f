/** The words and operators of a command in a crontab(5), as sh(1) separates them. Pure. */

/** A word, or an operator. */
export interface Token {
  /** Where it begins in the command. */
  readonly at: number;
  /** As it stands there, with its quotes. */
  readonly raw: string;
  readonly kind: 'word' | 'redirection' | 'operator';
}

/** A redirection, a word of quoted and unquoted pieces side by side, an operator, a comment. */
const TOKEN =
  /(?<redirection>\d*(?:>>|>&|<&|>|<)\s*&?)|(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;&|<>()])+)|(?<operator>&&|\|\||[;&|()])/g;
const COMMENT = /(?:^|\s)#.*$/s;
const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g;

/** Separates a command; the word behind a redirection is a part of it, and a comment is left out. */
export function tokensOf(command: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { index: at, 0: raw, groups } of command.matchAll(TOKEN)) {
    if (raw.startsWith('#') && COMMENT.test(command.slice(Math.max(0, at - 1)))) break;
    const before = tokens.at(-1);
    if (groups?.word !== undefined && before?.kind === 'redirection' && before.at + before.raw.length === at) {
      tokens[tokens.length - 1] = { ...before, raw: before.raw + raw };
    } else {
      tokens.push({
        at,
        raw,
        kind: groups?.word !== undefined ? 'word' : groups?.operator ? 'operator' : 'redirection',
      });
    }
  }
  return tokens;
}

/** A word as the shell expands it; of the variables only HOME. */
export function unquoted(word: string, home: string): string {
  const withHome = (text: string) => text.replace(/\$(?:HOME\b|\{HOME\})/g, () => home);
  const pieces = [...word.matchAll(PIECE)].map(([, single, double, escaped, plain]) => {
    if (double !== undefined) return withHome(double.replace(/\\(["\\$`])/g, '$1'));
    return single ?? escaped ?? withHome(plain ?? '');
  });
  return pieces.join('').replace(/^~(?=\/|$)/, () => home);
}

export const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);

/** The content of a word that is one quoted text without escapes, so that each place in it is one of the line. */
export function quotedText({ at, raw }: Token): { readonly at: number; readonly text: string } | undefined {
  const text = /^'([^']*)'$/.exec(raw)?.[1] ?? /^"([^"\\$`]*)"$/.exec(raw)?.[1];
  return text === undefined ? undefined : { at: at + 1, text };
}
