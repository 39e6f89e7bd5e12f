import { fenceTracker } from '../fences.ts';
import { type Kind, kindOf } from './kinds.ts';

/** A stretch of whole lines. */
export interface Region {
  readonly text: string;
  /** A program's text, which is not Markdown. */
  readonly literal: boolean;
}

/** Characters of a line that tell its kind. */
const TELLING = 1000;

/** Divides a text, by its lines, into Markdown and programs' texts. Joined by newlines they are the whole. */
export function regionsOf(source: string): readonly Region[] {
  const regions: Region[] = [];
  const lines = source.split('\n');
  const fence = fenceTracker();
  let current: string[] = [];
  let kind: Kind | undefined;
  const end = () => {
    if (current.length > 0) regions.push({ text: current.join('\n'), literal: kind !== undefined });
    current = [];
    kind = undefined;
  };
  for (const [index, line] of lines.entries()) {
    const told = line.slice(0, TELLING);
    const { inside } = fence(line);
    const isFence = /^ {0,3}(?:`{3}|~{3})/.test(line);
    if (kind !== undefined && !kind.goesOn(told)) {
      // A conflict ends with its last mark.
      if (/^>{7} /.test(line)) current.push(line);
      end();
      if (/^>{7} /.test(line)) continue;
    }
    if (kind === undefined && !inside && !isFence) {
      const next = (lines[index + 1] ?? '').slice(0, TELLING);
      const begun = kindOf(told, next);
      if (begun !== undefined) end();
      kind = begun;
    }
    current.push(line);
  }
  end();
  return regions;
}
