import { type Html, html } from './parts/html.ts';

/** The web, mail, and Telegram itself; nothing that runs. */
const SAFE = /^(https?:\/\/|mailto:|tg:\/\/)/i;

/** Words that lead somewhere; only the words where the address is none that a message may lead to. */
export const linkTo = (address: string, words: Html): Html =>
  SAFE.test(address)
    ? html`<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${words}</a>`
    : words;
