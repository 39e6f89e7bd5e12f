import type { Assets } from '../assets.ts';
import { strings } from '../strings.ts';
import { type Html, html } from './parts/html.ts';
import { publicPage } from './parts/layout.ts';

/** The page for an error. @param sentence the reason */
export const errorPage = (assets: Assets, sentence: string): Html =>
  publicPage(assets, {
    title: strings.errors.title,
    main: html`<div class="card login-card"><h1>${strings.errors.title}</h1><p>${sentence}</p><p><a class="button" href="/">${strings.errors.back}</a></p></div>`,
  });
