/** One server, from the first deploy to the last file removed: each step stands on those before it. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { buttons } from './steps/buttons.ts';
import { dashboard } from './steps/dashboard.ts';
import { deploying } from './steps/deploying.ts';
import { cron, linking } from './steps/linking.ts';
import { outages } from './steps/outages.ts';
import { removing } from './steps/removing.ts';
import { listing } from './support/listing.ts';
import { createServer } from './support/server.ts';
import { whyUnable } from './support/unable.ts';

const unable = whyUnable();

describe.skipIf(unable !== undefined)(`a server with systemd${unable ? ` (not here: ${unable})` : ''}`, () => {
  const server = createServer('notify-server');
  let before: readonly string[] = [];
  beforeAll(async () => {
    await server.start();
    before = await listing(server.container);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await server.lastWords());
  });
  afterAll(async () => {
    await server.stop();
    server.figures.print();
  });

  describe('deploy', () => deploying(server));
  describe('people', () => linking(server));
  describe('buttons', () => buttons(server));
  describe('dashboard', () => dashboard(server));
  describe('outages', () => outages(server));
  describe('cron', () => cron(server));
  describe('removal', () => removing(server, () => before));
});
