import type { Rotations, StoredOverride } from '../../storage/ports.ts';

/** Overrides in memory, because rules read them synchronously; changes are durable first. */
export interface Overrides {
  /** The overrides of a rotation, in the order of their creation. */
  of(rotation: string): readonly StoredOverride[];
  /** Reads the stored overrides. @throws Problem `rotations_unreadable` */
  load(): Promise<void>;
  /** Adds an override, and removes those that have ended. @param now ms since 1970 */
  add(rotation: string, override: StoredOverride, now: number): Promise<void>;
  clear(rotation: string): Promise<void>;
}

/** Opens the overrides; there are none until `load`. */
export function createOverrides(rotations: Pick<Rotations, 'all' | 'change'>): Overrides {
  let known: ReadonlyMap<string, readonly StoredOverride[]> = new Map();

  async function change(rotation: string, next: (overrides: readonly StoredOverride[]) => readonly StoredOverride[]) {
    const { overrides } = await rotations.change(rotation, (stored) => ({
      ...stored,
      overrides: next(stored.overrides),
    }));
    known = new Map(known).set(rotation, overrides);
  }

  return {
    of: (rotation) => known.get(rotation) ?? [],
    async load() {
      known = new Map([...(await rotations.all())].map(([name, { overrides }]) => [name, overrides]));
    },
    add: (rotation, override, now) =>
      change(rotation, (overrides) => [...overrides.filter(({ until }) => until > now), override]),
    clear: (rotation) => change(rotation, () => []),
  };
}
