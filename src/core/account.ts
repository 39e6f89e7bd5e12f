/** A Linux account: its name, and its uid where this host knows one. A name may be given to another person later. */
export interface Account {
  readonly user: string;
  /** `undefined` for a name that this host doesn't know. */
  readonly uid: number | undefined;
}

/** An account that this host has. */
export interface KnownAccount extends Account {
  readonly uid: number;
}

/**
 * Whether an account is the one that something was stored for. What another program stored without a uid is the name's.
 *
 * @param stored whose it is
 */
export const isSameAccount = (stored: Account, account: Account): boolean =>
  stored.user === account.user && (stored.uid === undefined || stored.uid === account.uid);

/** Tells accounts apart where something is counted for each. */
export const accountKey = ({ user, uid }: Account): string => (uid === undefined ? `name ${user}` : String(uid));

/** The process at the other end of the socket, as the kernel names it. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** The account's name (NSS). */
  readonly name: string;
  /** May act for anyone: root, the service's own user, `NOTIFY_TRUSTED_USERS`. */
  readonly trusted: boolean;
}
