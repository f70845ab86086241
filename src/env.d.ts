/// <reference types="astro/client" />

// For plain `tsc`, which can't read Astro's files; `astro check` reads the real thing.
declare module '*.astro' {
  const component: import('astro/runtime/server/index.js').AstroComponentFactory;
  export default component;
}
