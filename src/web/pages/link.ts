import { type Html, html } from './parts/html.ts';

/** Web, mail and Telegram addresses; none that runs script. */
const SAFE = /^(https?:\/\/|mailto:|tg:\/\/)/i;

/** A link, or only its text if messages may not link to the address. */
export const linkTo = (address: string, words: Html): Html =>
  SAFE.test(address)
    ? html`<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${words}</a>`
    : words;
