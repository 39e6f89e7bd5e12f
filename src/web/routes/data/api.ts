/** The JSON endpoints, for other programs behind the same login. */
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import type { WebDependencies } from '../../dependencies.ts';
import { redeem } from '../codes.ts';

/** A JSON body, which a form of another site can't send. @throws Problem `wrong_type`, `bad_json` */
async function jsonOf(context: WebContext): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    throw new Problem('wrong_type', 'Only application/json is accepted here.');
  }
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem('bad_json', 'The body is not a JSON object.');
  }
  return { ...body };
}

export function apiRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { bot, deepLinks } = parts;
  const routes = new Hono<WebEnv>();

  routes.post('/api/telegram/verify', async (context) => {
    const { code } = await jsonOf(context);
    const redeemed = await redeem(parts, context.get('session').user, code);
    if ('linkedAt' in redeemed) return context.json({ ok: true, linked: true, linked_at: redeemed.linkedAt });
    if (redeemed.status === 429) context.header('retry-after', '60');
    return context.json({ error: redeemed.sentence, code: redeemed.code }, redeemed.status);
  });

  routes.post('/api/telegram/unlink', async (context) => {
    const { user } = context.get('session');
    await bot.unlink(user);
    deepLinks.forget(user);
    return context.json({ ok: true, linked: false });
  });

  routes.get('/api/telegram/status', async (context) => {
    const { linked, linked_at: at } = await bot.status(context.get('session').user);
    return context.json({ linked, ...(at !== undefined && { linked_at: at }) });
  });

  return routes;
}
