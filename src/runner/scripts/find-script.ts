import { Problem } from '../../core/problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import { printable } from '../text/plain-text.ts';
import { skippedText } from '../text/skipped-text.ts';
import { type FolderContent, type Script, stemOf } from './discover.ts';

/**
 * Finds a script by its name, with or without its ending.
 *
 * @throws Problem `no_script` when there is none, `bad_name` when the name holds a `/` or is ambiguous
 */
export function findScript({ scripts, skipped }: FolderContent, name: string): Script {
  if (name.includes('/') || name.includes('\0')) {
    throw new Problem('bad_name', `${JSON.stringify(name)}: a script's name holds no "/"; give the name alone.`);
  }
  const exact = scripts.find((script) => script.name === name);
  if (exact) return exact;
  const [first, ...others] = scripts.filter((script) => script.stem === name);
  if (first === undefined) {
    const passedOver = skipped.find((file) => file.name === name) ?? skipped.find((file) => stemOf(file.name) === name);
    if (passedOver !== undefined) throw new Problem('no_script', skippedText(passedOver));
    const meant = didYouMean(
      name,
      scripts.map(({ stem }) => stem),
    );
    const hint = meant === undefined ? ': ' : `; did you mean ${printable(meant)}? `;
    throw new Problem(
      'no_script',
      `There is no script ${JSON.stringify(name)}${hint}notify-runner list shows what there is.`,
    );
  }
  if (others.length === 0) return first;
  const names = [first, ...others].map((script) => script.name).join(' and ');
  throw new Problem('bad_name', `${JSON.stringify(name)} is ambiguous: there are ${names}; give the ending too.`);
}
