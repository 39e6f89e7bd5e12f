/** Pages are written with Hono's `html`: what is put into it is escaped, unless it was made by `html` itself. */
import { html, raw } from 'hono/html';

export { html };
export type Html = ReturnType<typeof html>;

/** Nothing. */
export const none = raw('');

/** A piece for each of many. */
export const each = <T>(values: readonly T[], piece: (value: T, index: number) => Html): Html =>
  html`${values.map(piece)}`;

/** A piece, if something is so. */
export const when = (condition: boolean, piece: () => Html): Html => (condition ? piece() : none);
