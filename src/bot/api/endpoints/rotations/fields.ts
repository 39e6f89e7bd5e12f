import type { RotationFields } from '../../../../shared/api/rotations/rotations.ts';
import type { RotationView } from '../../services/rotations.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A rotation as the API answers it. */
export const rotationFields = ({
  people,
  onCall,
  since,
  until,
  next,
  overrides,
  ...rest
}: RotationView): RotationFields => ({
  ...rest,
  people: people.map(({ user, isLinked }) => ({ user, linked: isLinked })),
  on_call: { user: onCall.user, linked: onCall.isLinked },
  since: iso(since),
  until: Number.isFinite(until) ? iso(until) : null,
  next: next.map(({ at, user }) => ({ at: iso(at), user })),
  overrides: overrides.map(({ person, from, until: end, by }) => ({ person, from: iso(from), until: iso(end), by })),
});
