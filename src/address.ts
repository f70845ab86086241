/**
 * Where the site stands: at the root of its host, or below a path that it shares a host with (`npm run build -- --base
 * /courses/stagecraft`). Links and calls are written as if at the root, and go through here.
 */

const base = import.meta.env.BASE_URL.replace(/\/$/, '');

/** The address of a path of this site: `/course/` is `/courses/stagecraft/course/` there. */
export const onSite = (path: string): string => `${base}${path}`;

/** The other way round; for what is not below the base, the address itself. */
export const pathOnSite = (address: string): string =>
  address.startsWith(`${base}/`) ? address.slice(base.length) : address;
