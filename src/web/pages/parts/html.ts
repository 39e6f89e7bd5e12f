/** Pages are written with Hono's `html`, which escapes all values except results of `html` itself. */
import { html, raw } from 'hono/html';

export { html };
export type Html = ReturnType<typeof html>;

/** Empty markup. */
export const none = raw('');

/** One piece for each value. */
export const each = <T>(values: readonly T[], piece: (value: T, index: number) => Html): Html =>
  html`${values.map(piece)}`;

/** A piece, if the condition is true. */
export const when = (condition: boolean, piece: () => Html): Html => (condition ? piece() : none);
