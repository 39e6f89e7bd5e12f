/** The language that a script is written in, for hints. */
import type { ScriptLanguage } from '../../shared/json/json-hint.ts';
import type { Script } from './discover.ts';
import { firstLineOf } from './first-line.ts';

const BY_ENDING: Readonly<Record<string, ScriptLanguage>> = {
  '.py': 'python',
  '.sh': 'shell',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'javascript',
  '.rb': 'ruby',
  '.pl': 'perl',
  '.php': 'php',
  '.R': 'r',
};

const BY_PROGRAM: readonly (readonly [RegExp, ScriptLanguage])[] = [
  [/python|\buv\b|pypy/, 'python'],
  [/\b(?:node|deno|bun|tsx)\b/, 'javascript'],
  [/ruby/, 'ruby'],
  [/perl/, 'perl'],
  [/php/, 'php'],
  [/Rscript/, 'r'],
  [/(?:ba|da|k|z|fi)?sh\b/, 'shell'],
];

/** The language by the first line of an executable script, else by the ending; `undefined` when neither tells. */
export function languageOf({ path, ending, executable }: Script): ScriptLanguage | undefined {
  const line = executable ? firstLineOf(path) : '';
  const named = line.startsWith('#!') ? BY_PROGRAM.find(([pattern]) => pattern.test(line))?.[1] : undefined;
  return named ?? (ending === undefined ? undefined : BY_ENDING[ending]);
}
