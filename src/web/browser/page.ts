/** What the pages can do more when the browser runs scripts. Everything works without, save what arrives by itself. */
import { keepTimes } from './ago.ts';
import { loadParts } from './elements.ts';
import { followFilter } from './filter.ts';
import { followForms } from './forms.ts';
import { followLive } from './live/live.ts';

document.documentElement.classList.add('scripted');
keepTimes();
followForms();
followFilter();
loadParts();
followLive();
