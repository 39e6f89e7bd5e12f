/** What is computed without a service: rendering, and reading what scripts print. */
import { campaign } from './support/campaign.ts';
import { growth } from './targets/growth.ts';
import { render } from './targets/render.ts';
import { scriptOutput } from './targets/script-output.ts';

campaign('render', () => render);
campaign('script-output', () => scriptOutput);
campaign('growth', () => growth);
