import { type Labels, labelIn } from '../../../core/alerts/alert.ts';
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
    this.#labels = labels;
    this.#annotations = annotations;
  }

  override get(name: string): unknown {
    const label = labelOf(name);
    return (
      super.get(name) ?? this.#whole(name) ?? labelIn(this.#labels, label) ?? labelIn(this.#annotations, label) ?? null
    );
  }

  /** All labels, or all annotations; made when a condition needs them. */
  #whole(name: string): Names | undefined {
    if (name !== 'labels' && name !== 'annotations') return undefined;
    const made = new Names(Object.entries(name === 'labels' ? this.#labels : this.#annotations));
    this.set(name, made);
    return made;
  }
}
