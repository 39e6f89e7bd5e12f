/**
 * Where machines post alerts. These requests have a key instead of a session: they carry no cookie, so that no page of
 * another site can make one, and they read nothing.
 */
import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { PostableAlert } from '../../shared/api/alerts/client.ts';
import { VERSION } from '../../shared/process/version.ts';
import type { WebContext, WebEnv } from '../context.ts';
import type { WebDependencies } from '../dependencies.ts';
import type { MachineKey } from '../machines/machine-key.ts';
import { strings } from '../strings.ts';
import { createAdmission } from './admission.ts';
import { jsonIn, readBody } from './body.ts';
import { postedAlerts } from './mappers/alertmanager.ts';
import { MAPPERS } from './mappers/mappers.ts';
import { isSignatureOf } from './signature.ts';

/** The source of what comes over API v2: Prometheus, and whatever else repeats its alerts like it. */
const REPEATING = 'prometheus';

/** What the status page of an Alertmanager tells, as far as there is something to tell. */
const status = (startedAt: string) => ({
  cluster: { status: 'disabled', peers: [] },
  versionInfo: {
    version: `notify-web ${VERSION}`,
    revision: '',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  },
  config: { original: '# notify-bot: see /etc/notify-bot/alerts.yaml on its host.\n' },
  uptime: startedAt,
});

export function ingestRoutes({ machineKeys, revocation, isBotNear, bot, metrics, log }: WebDependencies): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();
  const { isSameAccount } = revocation;
  const admission = createAdmission({ keys: machineKeys, isSameAccount, log });
  const startedAt = new Date(performance.timeOrigin).toISOString();

  /** The payload of a request with a signature, where its key demands one. */
  const payloadOf = async (context: WebContext, { secret }: MachineKey) => {
    const body = await readBody(context);
    if (secret !== undefined && !isSignatureOf(context.req.header('x-hub-signature-256'), body, secret)) {
      admission.countFailure(context);
      throw new Problem('bad_signature', 'X-Hub-Signature-256: the signature is missing or not made with the secret.');
    }
    return jsonIn(context, body);
  };

  /** Lets a request in, for as long as it takes to answer it. */
  const admitted = async (context: WebContext, answer: (key: MachineKey) => Promise<Response>) => {
    const { key, place } = await admission.admit(context);
    try {
      const response = await answer(key);
      machineKeys.use(key.name);
      return response;
    } finally {
      place.free();
    }
  };

  const post = async ({ owner, to }: MachineKey, source: string, alerts: readonly PostableAlert[]) => {
    const taken = await bot.postAlerts(owner, alerts, { source, ...(to !== undefined && { to }) });
    metrics.alerted(source, taken.length);
    return taken;
  };

  routes.get('/-/healthy', (context) => context.text('OK'));
  routes.get('/-/ready', (context) => (isBotNear() ? context.text('OK') : context.text(strings.errors.away, 503)));
  routes.get('/api/v2/status', (context) => admitted(context, async () => context.json(status(startedAt))));

  routes.post('/api/v2/alerts', (context) =>
    admitted(context, async (key) => {
      await post(key, REPEATING, postedAlerts(await payloadOf(context, key)));
      return context.body(null, 200);
    }),
  );

  routes.post('/hooks/:source', async (context) => {
    const source = context.req.param('source');
    const map = MAPPERS.get(source);
    if (map === undefined) throw new Problem('not_found', `/hooks takes one of ${[...MAPPERS.keys()].join(', ')}.`);
    return admitted(context, async (key) => {
      const event = context.req.header('x-github-event');
      const payload = await payloadOf(context, key);
      const mapped = map(payload, { now: Date.now(), ...(event !== undefined && { event }) });
      if ('ignored' in mapped) return context.json({ ok: true, alerts: [], ignored: mapped.ignored });
      return context.json({ ok: true, alerts: await post(key, source, mapped.alerts) });
    });
  });

  return routes;
}
