import type { Assets } from '../assets.ts';
import { strings } from '../strings.ts';
import { type Html, html } from './parts/html.ts';
import { doorPage } from './parts/layout.ts';

/** A page for what did not work. @param sentence why, for people */
export const errorPage = (assets: Assets, sentence: string): Html =>
  doorPage(assets, {
    title: strings.errors.title,
    main: html`<div class="card door-card"><h1>${strings.errors.title}</h1><p>${sentence}</p><p><a class="button" href="/">${strings.errors.back}</a></p></div>`,
  });
