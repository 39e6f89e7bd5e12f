import type { Labels } from '../../../core/alerts/alert.ts';
import type { Subject } from '../rules.ts';
import { labelOf } from './translate.ts';

/** Labels or annotations in a condition: `labels.host`, `'host' in labels`. One that is missing is null. */
export class Names extends Map<string, string> {
  override get(name: string): string | undefined {
    // The package takes null for a value and `undefined` for an error.
    return super.get(name) ?? (null as unknown as undefined);
  }
}

/** What a name of a condition means: facts of the alert that nobody who posts it can choose, then labels, then annotations. */
export class Context extends Map<string, unknown> {
  readonly #labels: Labels;
  readonly #annotations: Labels;

  constructor({ labels, annotations, owner, source, status }: Subject) {
    super([
      ['owner', owner],
      ['source', source],
      ['status', status],
    ]);
    this.set('labels', new Names(Object.entries(labels)));
    this.set('annotations', new Names(Object.entries(annotations)));
    this.#labels = labels;
    this.#annotations = annotations;
  }

  override get(name: string): unknown {
    const label = labelOf(name);
    const given = Object.hasOwn(this.#labels, label) ? this.#labels[label] : undefined;
    const noted = Object.hasOwn(this.#annotations, label) ? this.#annotations[label] : undefined;
    return super.get(name) ?? given ?? noted ?? null;
  }
}
