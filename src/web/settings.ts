import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem } from '../core/problem.ts';
import type { LogLevel } from '../shared/process/log-level.ts';
import {
  DEFAULT_WEB_SOCKET,
  type Environment,
  logLevelSetting,
  settingOf,
  socketSetting,
  webSocketSetting,
} from '../shared/process/settings.ts';

/** Settings of the OpenID provider. */
export interface OidcSettings {
  /** `NOTIFY_WEB_OIDC_ISSUER` */
  readonly issuer: URL;
  /** `NOTIFY_WEB_OIDC_CLIENT_ID` */
  readonly clientId: string;
  /** `NOTIFY_WEB_OIDC_CLIENT_SECRET`, or the systemd credential `oidc-client-secret`. A secret. */
  readonly clientSecret: string;
  /** `NOTIFY_WEB_EMAIL_DOMAIN`, in lower case. */
  readonly emailDomain: string;
}

/** An address of TCP. */
export interface ListenAddress {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** Where it listens when nothing says where. */
export const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8765 };

/** The dashboard's settings. Each is a line of `docs/dashboard.md`. */
export interface WebSettings {
  /** `NOTIFY_WEB_LISTEN`; without it, what systemd holds, else `DEFAULT_LISTEN`. */
  readonly listen?: ListenAddress;
  /** `NOTIFY_WEB_PROXY_SOCKET`: a unix socket for a proxy on this host, besides those that systemd holds. */
  readonly proxySocket?: string;
  /** `NOTIFY_WEB_URL`: the public address, behind a proxy. */
  readonly publicUrl?: URL;
  /** `NOTIFY_WEB_SOCKET`: the socket on which `notify-runner web` requests a one-time address. */
  readonly loginSocket: string;
  /** `NOTIFY_WEB_STATE_DIR` */
  readonly stateDir: string;
  /** `NOTIFY_SOCKET`: the bot's socket. */
  readonly botSocket: string;
  readonly oidc?: OidcSettings;
  /** `NOTIFY_WEB_ADMINS`, separated by commas or spaces. */
  readonly admins: readonly string[];
  /** `NOTIFY_LOG_LEVEL` */
  readonly logLevel: LogLevel;
}

/** The name of the systemd credential with the client's secret (`LoadCredential=`). */
const CREDENTIAL = 'oidc-client-secret';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const OIDC_NAMES = ['NOTIFY_WEB_OIDC_ISSUER', 'NOTIFY_WEB_OIDC_CLIENT_ID', 'NOTIFY_WEB_EMAIL_DOMAIN'] as const;

function bad(name: string, why: string): Problem {
  return new Problem('bad_setting', `${name}: ${why}`);
}

function absolute<T extends string | undefined>(environment: Environment, name: string, fallback: T): string | T {
  const path = settingOf(environment, name);
  if (path === undefined) return fallback;
  if (!path.startsWith('/')) throw bad(name, `${path} is not an absolute path.`);
  return path;
}

function listenFrom(environment: Environment): ListenAddress | undefined {
  const text = settingOf(environment, 'NOTIFY_WEB_LISTEN');
  if (text === undefined) return undefined;
  const [, bracketed, plain, digits = ''] = /^(?:\[([0-9a-f:]+)\]|([^:\s[\]]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw bad('NOTIFY_WEB_LISTEN', `expected an address and a port such as 127.0.0.1:8765, found "${text}".`);
  }
  return { host, port };
}

function urlFrom(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw bad(name, `${text} is not an http or https address.`);
  }
  return url;
}

function publicUrlFrom(environment: Environment): URL | undefined {
  const text = settingOf(environment, 'NOTIFY_WEB_URL');
  if (text === undefined) return undefined;
  const url = urlFrom(text, 'NOTIFY_WEB_URL');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw bad('NOTIFY_WEB_URL', `${text} has a path; the dashboard needs a host name of its own.`);
  }
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname)) {
    throw bad('NOTIFY_WEB_URL', `${text} must be an https address: without TLS, browsers store no session cookie.`);
  }
  return url;
}

function secretFrom(environment: Environment): string | undefined {
  const given = settingOf(environment, 'NOTIFY_WEB_OIDC_CLIENT_SECRET');
  const directory = settingOf(environment, 'CREDENTIALS_DIRECTORY');
  if (given !== undefined || directory === undefined) return given;
  const path = join(directory, CREDENTIAL);
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new Problem('bad_setting', `The credential ${path} could not be read (${errnoOf(error)}).`, { cause: error });
  }
}

function oidcFrom(environment: Environment): OidcSettings | undefined {
  const [issuerText, clientId, domain] = OIDC_NAMES.map((name) => settingOf(environment, name));
  const clientSecret = secretFrom(environment);
  if (issuerText === undefined && clientId === undefined && domain === undefined) return undefined;
  if (issuerText === undefined || clientId === undefined || domain === undefined || clientSecret === undefined) {
    const needed = [...OIDC_NAMES, 'NOTIFY_WEB_OIDC_CLIENT_SECRET'];
    const given = [issuerText, clientId, domain, clientSecret];
    const missing = needed.filter((_, index) => given[index] === undefined).join(', ');
    throw new Problem('bad_setting', `OpenID Connect login also needs ${missing}.`);
  }
  const issuer = urlFrom(issuerText, 'NOTIFY_WEB_OIDC_ISSUER');
  if (issuer.protocol !== 'https:' && !LOOPBACK.has(issuer.hostname)) {
    throw bad('NOTIFY_WEB_OIDC_ISSUER', `${issuerText} must be an https address.`);
  }
  const emailDomain = domain.replace(/^@/, '').toLowerCase();
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(emailDomain)) {
    throw bad('NOTIFY_WEB_EMAIL_DOMAIN', `expected a domain such as example.org, found "${domain}".`);
  }
  return { issuer, clientId, clientSecret, emailDomain };
}

/** Reads all settings of the dashboard. @throws Problem `bad_setting`, naming the first invalid one */
export function readWebSettings(environment: Environment): WebSettings {
  const publicUrl = publicUrlFrom(environment);
  const oidc = oidcFrom(environment);
  if (oidc !== undefined && publicUrl === undefined) {
    throw bad('NOTIFY_WEB_URL', 'OpenID Connect login needs the public address.');
  }
  const admins = settingOf(environment, 'NOTIFY_WEB_ADMINS') ?? '';
  const listen = listenFrom(environment);
  const proxySocket = absolute(environment, 'NOTIFY_WEB_PROXY_SOCKET', undefined);
  return {
    ...(listen !== undefined && { listen }),
    ...(proxySocket !== undefined && { proxySocket }),
    ...(publicUrl !== undefined && { publicUrl }),
    loginSocket: webSocketSetting(environment),
    stateDir: absolute(environment, 'NOTIFY_WEB_STATE_DIR', '/var/lib/notify-web'),
    botSocket: socketSetting(environment),
    ...(oidc !== undefined && { oidc }),
    admins: admins.split(/[\s,]+/).filter((name) => name !== ''),
    logLevel: logLevelSetting(environment),
  };
}

/** The command that prints a one-time address: it must ask the socket of this dashboard. */
export function loginCommand({ loginSocket }: Pick<WebSettings, 'loginSocket'>): string {
  return `${loginSocket === DEFAULT_WEB_SOCKET ? '' : `NOTIFY_WEB_SOCKET=${loginSocket} `}notify-runner web`;
}
