/** An account and one particular link of it: a link that the same account makes later is another one. */
export interface LinkedAccount {
  readonly user: string;
  /** The account's uid, or `undefined` when this host doesn't know the name. */
  readonly uid: number | undefined;
  readonly chatId: number;
  /** When the link was made, as the file of links has it. */
  readonly linkedAt: string | undefined;
}
