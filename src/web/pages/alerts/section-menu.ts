import { strings } from '../../strings.ts';
import { type Html, html, none } from '../parts/html.ts';

const words = strings.alerts;

/** A page of alerts. */
export type AlertSection = keyof typeof words.sections;

const PATHS: Readonly<Record<AlertSection, string>> = {
  alerts: '/alerts',
  'on-call': '/alerts/on-call',
  rules: '/alerts/rules',
};

/** The links between the pages of alerts. */
export const sectionMenu = (current: AlertSection): Html =>
  html`<nav class="choice" aria-label="${words.sectionMenu}">${(Object.keys(PATHS) as AlertSection[]).map(
    (section) =>
      html`<a href="${PATHS[section]}" ${section === current ? html`aria-current="page"` : none}>${words.sections[section]}</a>`,
  )}</nav>`;
