/** A setting of a file, and the lines that it takes. */
interface FileSetting {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly lastLine: number;
}

/** What a file says, and what is surely a mistake in it. */
export interface EnvFile {
  readonly settings: readonly FileSetting[];
  readonly faults: ReadonlyArray<{ readonly line: number; readonly sentence: string }>;
}

export function parseEnvFile(bytes: Uint8Array): EnvFile;
export function quoted(value: string): string;
