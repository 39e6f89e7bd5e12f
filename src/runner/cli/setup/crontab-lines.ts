/** Reads the lines of a crontab(5) that run the runner. */

/** A line and the settings that it runs with. */
export interface RunnerLine {
  readonly line: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Matches the runner without a command such as `exec` or `send`: then it runs what is due. */
const RUNS_DUE = /\bnotify-runner(?:\.c?js)?["']?(?=\s*(?:$|[;&|>#])|\s+(?:\d>|-|run(?:\s*$|\s+[^\w\s])))/;
const SETTING = /^\s*["']?(NOTIFY_\w+)["']?\s*=\s*(.*?)\s*$/;
/** A word of the shell: quoted and unquoted pieces side by side. */
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g;
const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g;

/** A word as the shell expands it; of the variables only HOME. */
function unquoted(word: string, home: string): string {
  const withHome = (text: string) => text.replace(/\$(?:HOME\b|\{HOME\})/g, () => home);
  const pieces = [...word.matchAll(PIECE)].map(([, single, double, escaped, plain]) => {
    if (double !== undefined) return withHome(double.replace(/\\(["\\$`])/g, '$1'));
    return single ?? escaped ?? withHome(plain ?? '');
  });
  return pieces.join('').replace(/^~(?=\/|$)/, () => home);
}

/** The settings that a command line begins with, such as `NOTIFY_SOCKET='/a b' node …`. */
function settingsOf(line: string, home: string): Readonly<Record<string, string>> {
  // Cron removes the backslash of \% before the shell sees it.
  const words = line.replaceAll('\\%', '%').match(WORD) ?? [];
  return Object.fromEntries(
    words.flatMap((word) => {
      const found = /^(NOTIFY_\w+)=(.*)$/s.exec(word);
      return found ? [[found[1] ?? '', unquoted(found[2] ?? '', home)]] : [];
    }),
  );
}

/** The lines that run the runner, with the variables that the crontab sets before them. */
export function runnerLines(crontab: string, home: string): readonly RunnerLine[] {
  let environment: Readonly<Record<string, string>> = {};
  return crontab.split('\n').flatMap((line) => {
    if (/^\s*#/.test(line)) return [];
    const [, name, value] = SETTING.exec(line) ?? [];
    if (name !== undefined) {
      environment = { ...environment, [name]: (value ?? '').replace(/^(["'])(.*)\1$/, '$2') };
      return [];
    }
    if (!RUNS_DUE.test(line)) return [];
    return [{ line: line.trim(), environment: { ...environment, ...settingsOf(line, home) } }];
  });
}
