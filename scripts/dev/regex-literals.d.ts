/** A regular expression of a source file; `key` is how it is written as a literal. */
interface FoundRegex {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly flags: string;
  readonly key: string;
}
export function regexesOf(file: string, text: string): readonly FoundRegex[];
export function allRegexes(): readonly FoundRegex[];
