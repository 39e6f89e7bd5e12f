import { strings } from '../../strings.ts';
import { type Html, html, none } from '../parts/html.ts';
import type { Viewer } from '../parts/layout.ts';

const words = strings.alerts;

/** A page of alerts. */
export type AlertSection = keyof typeof words.sections;

const PATHS: Readonly<Record<AlertSection, string>> = {
  alerts: '/alerts',
  'on-call': '/alerts/on-call',
  rules: '/alerts/rules',
};

/** Those that a viewer may open: the rules name places and people that not everybody may know. */
const sectionsOf = ({ admin }: Viewer) =>
  (Object.keys(PATHS) as AlertSection[]).filter((section) => admin || section !== 'rules');

/** The links between the pages of alerts. */
export const sectionMenu = (viewer: Viewer, current: AlertSection): Html =>
  html`<nav class="choice" aria-label="${words.sectionMenu}">${sectionsOf(viewer).map(
    (section) =>
      html`<a href="${PATHS[section]}" ${section === current ? html`aria-current="page"` : none}>${words.sections[section]}</a>`,
  )}</nav>`;
