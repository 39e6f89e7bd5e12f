/** Enhances the pages with script. Without script everything works except live updates. */
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
