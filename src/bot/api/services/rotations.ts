/** A person who replaces the one on call for a time; times are ms since 1970. */
export interface OverrideView {
  readonly person: string;
  readonly from: number;
  readonly until: number;
  /** The name of the account that said so. */
  readonly by: string;
}

/** A rotation at the moment; times are ms since 1970. */
export interface RotationView {
  readonly name: string;
  /** In turns, each with whether a message reaches them. */
  readonly people: readonly { readonly user: string; readonly isLinked: boolean }[];
  /** Five fields of cron, in the rotation's zone. */
  readonly handover: string;
  readonly timezone: string;
  readonly onCall: { readonly user: string; readonly isLinked: boolean };
  readonly since: number;
  readonly until: number;
  /** Who is on call afterwards, and from when on. */
  readonly next: readonly { readonly at: number; readonly user: string }[];
  /** Those that are not over. */
  readonly overrides: readonly OverrideView[];
}

/** An override of a rotation. */
export interface OverrideRequest extends OverrideView {
  readonly rotation: string;
}

/** Rotations of the rules. Each function throws Problem `rotations_unreadable`, and `unknown_rotation` for another name. */
export interface RotationServices {
  /** All of them, in the order of the rules. */
  rotations(): Promise<readonly RotationView[]>;
  /**
   * Adds an override; durable once it has answered.
   * @throws Problem `bad_field`, `unknown_account`, `too_many_overrides`, `storage`
   */
  overrideRotation(request: OverrideRequest): Promise<RotationView>;
  /** Removes the overrides of a rotation. @throws Problem `storage` */
  clearOverrides(rotation: string): Promise<RotationView>;
}
