/**
 * Shares the places for connections among the accounts that want them.
 *
 * Promises: of the free places an account takes at most what `SHARE_OF_FREE` grants, so the last ones are never one
 * account's; where that grants none, an account gets a place of one that has more, if nothing accepted is lost with it;
 * uids without an account share one small bucket.
 */

/** The result of asking for a place. */
export type Admission<Member> =
  /** `displaced` loses its place. */
  | { readonly outcome: 'admitted'; readonly displaced?: Member }
  /** `own`: it is the account that has the most; `all`: nobody has one to spare. */
  | { readonly outcome: 'refused'; readonly whose: 'own' | 'all' };

/**
 * `Key` names who asks: a uid, unless it is a source of another kind, for which the same holds.
 *
 * @see createConnectionShares
 */
export interface ConnectionShares<Member, Key = number> {
  /** Asks for a place. Until `settle`, a uid counts as an account, and loses its places first. */
  admit(uid: Key, member: Member): Admission<Member>;
  /** Whether it is open if this host has an account for the uid. */
  isPending(uid: Key): boolean;
  /** Says whether this host has an account for a uid. @returns those that exceed the bucket of uids without one */
  settle(uid: Key, hasAccount: boolean): readonly Member[];
  /** Frees a place. */
  remove(member: Member): void;
}

/** Who shares: an account, a uid that is not settled, or all uids without an account. */
interface Party<Member, Key> {
  readonly uid: Key | undefined;
  isPending: boolean;
  readonly members: Set<Member>;
}

/**
 * Places that an account may have, as a multiple of the free ones: 1,200 of 2,000 for one alone, 750 each for two.
 * A. K. Choudhury, E. L. Hahne: Dynamic queue length thresholds for shared-memory packet switches, 1998.
 */
const SHARE_OF_FREE = 1.5;

/**
 * @param options.places in all
 * @param options.unknownPlaces for all uids without an account together
 * @param options.isSpare whether nothing accepted is lost with a member
 */
export function createConnectionShares<Member, Key = number>(options: {
  readonly places: number;
  readonly unknownPlaces: number;
  readonly isSpare: (member: Member) => boolean;
}): ConnectionShares<Member, Key> {
  const { places, unknownPlaces, isSpare } = options;
  const parties = new Map<Key, Party<Member, Key>>();
  const partyOf = new Map<Member, Party<Member, Key>>();
  const unknown: Party<Member, Key> = { uid: undefined, isPending: false, members: new Set() };

  function add(uid: Key, member: Member): void {
    const party = parties.get(uid) ?? { uid, isPending: true, members: new Set() };
    parties.set(uid, party);
    party.members.add(member);
    partyOf.set(member, party);
  }

  function remove(member: Member): void {
    const party = partyOf.get(member);
    partyOf.delete(member);
    party?.members.delete(member);
    if (party?.uid !== undefined && party.members.size === 0) parties.delete(party.uid);
  }

  /** A place for an account that has `own`: of the largest that has one to spare, else of a uid that is not settled. */
  function findSpare(own: number): Member | undefined {
    const larger = [...parties.values(), unknown].filter(({ members }) => members.size > own + 1);
    for (const { members } of larger.sort((a, b) => b.members.size - a.members.size)) {
      for (const member of members) if (isSpare(member)) return member;
    }
    const pending = [...parties.values()].find(({ isPending, members }) => isPending && members.size > own);
    return pending?.members.values().next().value;
  }

  return {
    admit(uid, member) {
      const own = parties.get(uid)?.members.size ?? 0;
      if (own < SHARE_OF_FREE * (places - partyOf.size)) {
        add(uid, member);
        return { outcome: 'admitted' };
      }
      const displaced = findSpare(own);
      if (displaced === undefined) return { outcome: 'refused', whose: own > 0 ? 'own' : 'all' };
      remove(displaced);
      add(uid, member);
      return { outcome: 'admitted', displaced };
    },
    isPending: (uid) => parties.get(uid)?.isPending ?? false,
    settle(uid, hasAccount) {
      const party = parties.get(uid);
      if (party === undefined) return [];
      party.isPending = false;
      if (hasAccount) return [];
      const members = [...party.members];
      for (const member of members) remove(member);
      const room = Math.max(0, unknownPlaces - unknown.members.size);
      for (const member of members.slice(0, room)) {
        unknown.members.add(member);
        partyOf.set(member, unknown);
      }
      return members.slice(room);
    },
    remove,
  };
}
