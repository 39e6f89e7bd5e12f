/** What begins the text of a program, and what goes on with it. Each pattern is tested on the beginning of a line. */
import { columnsBegin, columnsGoOn, separatedBegin, separatedGoOn } from './columns.ts';

/** A kind of programs' texts. */
export interface Kind {
  /** Whether a line goes on with it. */
  readonly goesOn: (line: string) => boolean;
}

interface Pattern extends Kind {
  /** Tested on a line and the next one together. */
  readonly begin: RegExp;
}

const kind = (begin: RegExp, more: RegExp): Pattern => ({ begin, goesOn: (line) => more.test(line) });

/** Everything up to a blank line, and everything that follows. */
const TO_BLANK = /\S/;
const TO_END = /^/;

/** Five fields of a time, or a name of one, and a command. crontab(5) */
const CRON = String.raw`(?:@(?:reboot|yearly|monthly|weekly|daily|hourly) |(?:[\d*][\d*,/-]{0,40}[ \t]{1,20}){4}[\w*][\w*,/-]{0,40}[ \t]{1,20})\S`;

/** Words in capital or small letters; a flag of one pattern would be lost in `ANY`. */
const inEitherCase = (words: string) => words.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);

const LEVEL = inEitherCase('(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRIT(?:ICAL)?|ALERT|EMERG|FATAL)');

const VERSIONS: readonly Pattern[] = [
  // Unified diffs: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
  kind(
    /^(?:diff -\S+ |--- \S.*\n\+\+\+ \S|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@)/,
    /^(?:[-+ @\\]|diff |index |(?:new|deleted|old) (?:file )?mode |rename |copy |similarity |Binary |=======)/,
  ),
  // Normal diffs: `3c3`, `< old`, `---`, `> new`
  kind(/^\d+(?:,\d+)?[acd]\d+(?:,\d+)?\n[<>] /, /^(?:[<>](?: |$)|---$|\d+(?:,\d+)?[acd]\d+|\\ )/),
  // Merge conflicts; `regionsOf` adds the last line
  kind(/^<{7} \S/, /^(?!>{7} )/),
  // `git branch`, `git log`, `git status --short --branch`
  kind(/^(?: {2}\S+\n\* \S+|\* \S+\n {2}\S+)$/, /^(?: {2}|\* )\S+$/),
  kind(/^commit [0-9a-f]{7,64}\b.*\n(?:Author|Merge|tree|commit|Date)\b/, /^(?:commit |[A-Z]\w+: | |$)/),
  kind(
    /^## (?:(?=\S{1,200}?\.\.\.)\S{1,400}(?: \[[^\]\n]{1,100}\])?\n|\S{1,400}\n[ MADRCUT?!]{2} \S)/,
    /^(?:[ MADRCUT?!]{2} \S|## )/,
  ),
];

const FAILURES: readonly Pattern[] = [
  // Python's tracebacks, pytest
  kind(
    /^(?:Traceback \(most recent call last\):|\s*\+ Exception Group Traceback)/,
    /^(?:\s+\S|[\w.]+(?:Error|Exception|Warning|Interrupt|Exit)\b|\s*$(?=\n(?:During|The above)))/,
  ),
  kind(/^={3,} (?:test session starts|FAILURES|ERRORS|short test summary info|warnings summary) ={3,}\n/, TO_END),
  // gdb and PHP: `#0  0x7fff in raise ()`
  kind(/^#\d+ +(?:0x[0-9a-f]+ in |\S+ ?\(|\S+\(\d+\): )/, /^(?:#\d+ |\s+\S)/),
  // Frames of Java, .NET and JavaScript
  kind(/^\s+at [\w.$/<>]+[[(<`:]/, /^\s+(?:at |\.\.\. \d+|--- |Suppressed: )|^Caused by: /),
  // Compilers: `a.c:3:5: warning: `, `a.ts(3,5): error `, and the line that tsc shows
  kind(
    /^\S+?(?::\d+(?::\d+)?:?|\(\d+,\d+\):) (?:- )?(?:fatal )?(?:error|warning|note)\b/,
    /^(?:\S+?(?::\d+|\(\d+,\d+\))|\s*\d* \||\s+\S|Found \d)/,
  ),
  kind(/^\d+ .*\n\s+[~^]+\s*$/, /^(?:\d+ |\s+[~^])/),
  // Gradle, Maven, `docker build`
  kind(/^(?:> Task :\S|\* (?:What went wrong|Where|Try|Exception is):\n)/, TO_BLANK),
  kind(/^\[(?:INFO|ERROR|WARN(?:ING)?|DEBUG)\] .*\n\[(?:INFO|ERROR|WARN(?:ING)?|DEBUG)\] /, /^(?:\[[A-Z]+\] |\s+\S)/),
  kind(/^#\d+ (?:\[|\d+\.\d+ |ERROR|DONE|CACHED)/, /^(?:#\d+ |-{4,}$| > |\d+\.\d+ |\w*Dockerfile:|\s+\d+ \||ERROR:)/),
  // PowerShell
  kind(/^(?:PS [A-Z]:\\|At line:\d+ char:\d+\n)/, /^(?:PS [A-Z]:\\|\+ | {4}\+ )/),
  // Ansible
  kind(/^(?:PLAY|TASK|HANDLER|RUNNING HANDLER)\b.* \*{3,}\n/, TO_BLANK),
  // Terraform
  kind(/^ {2}# \S+ (?:will be|must be|has been|has changed)/, /^(?: {2}|$)/),
];

const LOGS: readonly Pattern[] = [
  // syslog and journalctl: `Nov 26 03:14:07 web-1 sshd[812]: `
  kind(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:]+: /, /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:|-- |\s+\S)/),
  // Web servers' access logs
  kind(/^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [-+]\d{4}\] "/, /^\S+ \S+ \S+ \[/),
  // A date and time with a level: `2026-11-26 03:14:07,123 [main] ERROR `
  kind(
    new RegExp(
      String.raw`^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S{0,40} {1,20}(?:\[?[-\w.:#]{1,200}\]?:? {1,20}){0,3}\[?${LEVEL}\b`,
    ),
    /^(?:\[?\d{4}[-/]\d\d[-/]\d\d|\s+\S)/,
  ),
  // The kernel: `[12345.678901] `
  kind(/^\[ *\d+\.\d{6}\] /, /^(?:\[ *\d+\.\d{6}\] |\s+\S)/),
  // `curl -v`
  kind(/^\* +(?:Trying \S+\.\.\.|Host \S+:\d+ was resolved|Connected to )/, /^[*<>{}](?: |$)/),
  // `rsync --itemize-changes`
  kind(
    /^(?:[<>ch.*][fdLDS][.+?cstpoguaxn]{7,9} |\*deleting {3})/,
    /^(?:[<>ch.*][fdLDS][.+?cstpoguaxn]{7,9} |\*deleting )/,
  ),
];

const TABLES: readonly Pattern[] = [
  // psql, mysql and sqlite
  kind(/^[ \w][^\n]*\n-+(?:\+-+)+ *$/, /\||^-+(?:\+-+)+|^\(\d+ rows?\)/),
  kind(/^ [\w?].* \n-{3,}$/, /^(?:-+$| |\(\d+ rows?\))/),
  kind(/^\+(?:-+\+)+\n\|/, /^[+|]/),
  // `tree`, `fail2ban-client status`
  kind(/^(?:[|│]? *(?:\|--?|`--?|├──|└──) \S)/, /^[|`│├└ ]/),
  // `ls -l`
  kind(
    /^(?:total \d\S*\n)?[-dlbcps](?:[-r][-w][-xsStT]){3}[.+@]? +\d+ /,
    /^(?:[-dlbcps](?:[-r][-w][-xsStT]){3}|total \d)/,
  ),
];

const SOURCES: readonly Pattern[] = [
  // Scripts, TeX, SQL, XML, JSON
  kind(/^#! ?\//, TO_END),
  kind(/^\\(?:documentclass|begin|usepackage|chapter|section)\b/, TO_END),
  kind(
    /^(?:SELECT\b.*(?:\bFROM\b|;$)|INSERT INTO |UPDATE \S+ SET |DELETE FROM |(?:CREATE|ALTER|DROP) (?:TABLE|INDEX|VIEW|DATABASE)\b)/,
    TO_BLANK,
  ),
  kind(/^(?:<\?xml |<![Dd][Oo][Cc][Tt][Yy][Pp][Ee] )/, TO_BLANK),
  kind(/^[{[]\n\s+(?:["{[\]}-]|\d|true|false|null)/, /^(?:\s+\S|[{}[\]],?$)/),
  // Python and R
  kind(
    /^(?:(?:async )?def \w{1,100}\(|class \w{1,100})[^\n]{0,500}:\n[ \t]{1,80}\S/,
    /^(?:\s|$|(?:async )?def |class |import |from |@|#|if __name__|[\w.]+ ?= )/,
  ),
  kind(/^> \w[\w.]*(?:\(| <- | [-+*/^] ).*\n(?:\[1\] |\s)/, TO_BLANK),
  // crontab(5), also below a comment
  kind(new RegExp(`^(?:#[^\n]{0,300}\n)?${CRON}`), new RegExp(`^(?:#|[A-Z_]+=|${CRON})`)),
  // Sections of settings, the registry of Windows, `iptables-save`
  kind(/^\[[\w .:@/-]+\]\n[\w.-]+ *=/, /^(?:\[[^\]]+\]$|[\w."@-]+ *=|[;#])/),
  kind(/^\[HKEY_\w+\\/, /^(?:\[-?HKEY_|["@\s])/),
  kind(/^\*(?:filter|nat|mangle|raw|security)\n/, /^(?:[:#*-]|COMMIT$)/),
  // Heads of mails
  kind(
    /^(?:Return-Path|Received|Delivered-To|Message-I[Dd]|MIME-Version|DKIM-Signature): .*\n/,
    /^(?:[A-Z][\w-]*: |[ \t]+\S)/,
  ),
  // npm's scripts: `> name@1.0.0 build`
  kind(/^> \S{1,200}@\d{1,9}\.\d{1,9}\.\d{1,9}\S{0,100}(?: \S{1,100})?\n> /, /^> /),
];

const PATTERNS: readonly Pattern[] = [...VERSIONS, ...FAILURES, ...LOGS, ...TABLES, ...SOURCES];
/** Any of them: most lines begin none, which one test tells. */
const ANY = new RegExp(PATTERNS.map(({ begin }) => `(?:${begin.source})`).join('|'));

const COLUMNS: Kind = { goesOn: columnsGoOn };
const SEPARATED: Kind = { goesOn: separatedGoOn };

/** The kind that begins with `line`, which stands before `next`. */
export function kindOf(line: string, next: string): Kind | undefined {
  if (line.trim() === '') return undefined;
  const two = `${line}\n${next}`;
  if (ANY.test(two)) return PATTERNS.find(({ begin }) => begin.test(two));
  if (columnsBegin(line, next)) return COLUMNS;
  return separatedBegin(line, next) ? SEPARATED : undefined;
}
