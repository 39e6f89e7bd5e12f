declare const NOTIFY_VERSION: string | undefined;

/** The version in `package.json`, inserted by the build. */
export const VERSION: string = typeof NOTIFY_VERSION === 'string' ? NOTIFY_VERSION : '0.0.0-source';
