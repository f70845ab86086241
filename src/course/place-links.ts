/** Links in texts are written as if the site stood at the root of its host; this puts them where it really stands. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** @param hrefOf of a path on this site, like `/checks/size/` */
export function placeLinks(hrefOf: (path: string) => string): Plugin {
  return {
    name: 'stagecraft:place-links',
    link(node, context) {
      // Two slashes begin the name of another host.
      if (!/^\/(?!\/)/.test(node.url)) return;
      const url = hrefOf(node.url);
      if (url !== node.url) context.setProperty(node, 'url', url);
    },
  };
}
