/** Overrides of rotations, and who was told that they are on call: `rotations.json`, by the name of the rotation. */
import { join } from 'node:path';
import { Problem } from '../../../core/problem.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import { BOUNDS } from '../../bounds.ts';
import type { KnownOnCall, Rotations, StoredOverride, StoredRotation } from '../../ports/people/rotations.ts';
import { createEntryStore, type Entries, fieldsOf, timeOf } from '../entries.ts';

/** Where they are, and how many. */
export interface RotationOptions {
  readonly dataDir: string;
  /** Overrides of one rotation at most, and rotations; as many as the service keeps, unless given. */
  readonly bounds?: { readonly overrides: number; readonly rotations: number };
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const iso = (at: number) => new Date(at).toISOString();

function overrideIn(value: unknown): readonly StoredOverride[] {
  const fields = fieldsOf(value);
  const [person, from, until] = [textOf(fields?.person), timeOf(fields?.from), timeOf(fields?.until)];
  if (person === undefined || from === undefined || until === undefined) return [];
  return [{ person, from, until, by: textOf(fields?.by) ?? '' }];
}

function onCallIn(value: unknown): KnownOnCall | undefined {
  const fields = fieldsOf(value);
  const [person, since, notice] = [textOf(fields?.person), timeOf(fields?.since), textOf(fields?.notice)];
  if (person === undefined || since === undefined) return undefined;
  return { person, since, ...(notice !== undefined && { notice }) };
}

function rotationIn(entry: unknown): StoredRotation {
  const { overrides, on_call } = fieldsOf(entry) ?? {};
  const onCall = onCallIn(on_call);
  return { overrides: Array.isArray(overrides) ? overrides.flatMap(overrideIn) : [], ...(onCall && { onCall }) };
}

/** The entry as it is stored; `undefined` where nothing is left. */
function entryOf({ overrides, onCall }: StoredRotation): JsonObject | undefined {
  if (overrides.length === 0 && onCall === undefined) return undefined;
  return {
    overrides: overrides.map(({ person, from, until, by }) => ({ person, from: iso(from), until: iso(until), by })),
    ...(onCall && { on_call: { ...onCall, since: iso(onCall.since) } }),
  };
}

/** Opens the store; touches nothing until first used. */
export function createRotations({ dataDir, bounds = BOUNDS.rotations, onProblem }: RotationOptions): Rotations {
  const store = createEntryStore(join(dataDir, 'rotations.json'), 'rotations_unreadable', onProblem);

  function requireRoom(next: Entries, { overrides }: StoredRotation, name: string): void {
    if (overrides.length <= bounds.overrides && next.size <= bounds.rotations) return;
    const first = `${name} has ${bounds.overrides} overrides already: clear them first.`;
    const which = overrides.length > bounds.overrides ? first : 'there are as many rotations as this server keeps.';
    throw new Problem('too_many_overrides', which);
  }

  return {
    async all() {
      return new Map([...(await store.read())].map(([name, entry]) => [name, rotationIn(entry)]));
    },
    change: (name, change) =>
      store.update((entries) => {
        const changed = change(rotationIn(entries.get(name)));
        const entry = entryOf(changed);
        const next = new Map(entries);
        if (entry === undefined) next.delete(name);
        else next.set(name, entry);
        requireRoom(next, changed, name);
        return { next, result: changed };
      }),
    check: () => store.check(),
  };
}
