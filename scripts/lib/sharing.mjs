/** What chats show beside a link to the page: https://ogp.me, whose addresses have to be absolute. */

/** The picture, in pixels. */
export const PREVIEW = { width: 1200, height: 630 };
const PICTURE = "icons/preview.png";

/**
 * Adds address and picture to the built index.html, which has title and sentence itself.
 *
 * @param {string | undefined} address where the page will be, with a slash at its end; nothing is added without
 * @returns {import("vite").Plugin}
 */
export function shared(address) {
  return {
    name: "shared",
    apply: "build",
    transformIndexHtml() {
      if (!address) return [];
      const properties = {
        "og:url": address,
        "og:image": new URL(PICTURE, address).href,
        "og:image:width": String(PREVIEW.width),
        "og:image:height": String(PREVIEW.height),
        "og:image:alt": "Garments through more and more numbers and back",
      };
      return Object.entries(properties).map(([property, content]) => ({
        tag: "meta",
        attrs: { property, content },
        injectTo: "head",
      }));
    },
  };
}
