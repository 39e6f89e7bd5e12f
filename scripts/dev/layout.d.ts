interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly to: string | undefined;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}
interface Source {
  readonly name: string;
  readonly text: string;
  readonly lines: number;
}
export const MOST_FILES: number;
export function importsOf(from: string, text: string): Import[];
export function readSources(): Source[];
export function violations(sources: readonly Source[]): string[];
export function topOf(file: string): string;
