import { fenceTracker } from '../fences.ts';

/** A stretch of whole lines. */
export interface Region {
  readonly text: string;
  /** A program's text, which is not Markdown. */
  readonly literal: boolean;
}

/** What begins a program's text, and what goes on with it. */
const KINDS: ReadonlyArray<{ readonly begin: RegExp; readonly more: RegExp }> = [
  // Unified diffs: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
  {
    begin: /^(?:diff -\S+ |--- \S.*\n\+\+\+ \S|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@)/,
    more: /^(?:[-+ @\\]|diff |index |(?:new|deleted|old) (?:file )?mode |rename |copy |similarity |Binary |=======)/,
  },
  // Normal diffs: `3c3`, `< old`, `---`, `> new`
  { begin: /^\d+(?:,\d+)?[acd]\d+(?:,\d+)?\n[<>] /, more: /^(?:[<>](?: |$)|---$|\d+(?:,\d+)?[acd]\d+|\\ )/ },
  // Python's tracebacks
  {
    begin: /^(?:Traceback \(most recent call last\):|\s*\+ Exception Group Traceback)/,
    more: /^(?:\s+\S|[\w.]+(?:Error|Exception|Warning|Interrupt|Exit)\b|\s*$(?=\n(?:During|The above)))/,
  },
  // Merge conflicts
  { begin: /^<{7} \S/, more: /^(?!>{7} )/ },
  // `git branch`
  { begin: /^(?: {2}\S+\n\* \S+|\* \S+\n {2}\S+)$/, more: /^(?: {2}|\* )\S+$/ },
  // Tables of psql, mysql and sqlite
  { begin: /^[ \w][^\n]*\n-+(?:\+-+)+ *$/, more: /\||^-+(?:\+-+)+|^\(\d+ rows?\)/ },
  { begin: /^ [\w?].* \n-{3,}$/, more: /^(?:-+$| |\(\d+ rows?\))/ },
  { begin: /^\+(?:-+\+)+\n\|/, more: /^[+|]/ },
];

/** Divides a text, by its lines, into Markdown and programs' texts. Joined by newlines they are the whole. */
export function regionsOf(source: string): readonly Region[] {
  const regions: Region[] = [];
  const lines = source.split('\n');
  const fence = fenceTracker();
  let current: string[] = [];
  let kind: (typeof KINDS)[number] | undefined;
  const end = () => {
    if (current.length > 0) regions.push({ text: current.join('\n'), literal: kind !== undefined });
    current = [];
    kind = undefined;
  };
  for (const [index, line] of lines.entries()) {
    const { inside } = fence(line);
    const isFence = /^ {0,3}(?:`{3}|~{3})/.test(line);
    if (kind !== undefined && !kind.more.test(line)) {
      // A conflict ends with its last mark.
      if (/^>{7} /.test(line)) current.push(line);
      end();
      if (/^>{7} /.test(line)) continue;
    }
    if (kind === undefined && !inside && !isFence) {
      const two = `${line}\n${lines[index + 1] ?? ''}`;
      const begun = KINDS.find(({ begin }) => begin.test(two));
      if (begun !== undefined) end();
      kind = begun;
    }
    current.push(line);
  }
  end();
  return regions;
}
