/** What the build writes beside the page for those who put it on a server: docs/hosting.md. */

import { KEPT_FOR_EVER, pageHeaders } from "./headers.mjs";

/**
 * Files of servers' settings, by name.
 *
 * @param {string} html the built index.html
 * @returns {Record<string, string>}
 */
export function hostFiles(html) {
  const headers = Object.entries(pageHeaders(html));
  return {
    _headers: forNetlify(headers),
    ".htaccess": forApache(headers),
    "nginx.conf": forNginx(headers),
    // GitHub's own builder would leave out what begins with an underscore.
    ".nojekyll": "",
  };
}

/** @typedef {[name: string, value: string][]} Headers */

/** As Netlify and Cloudflare Pages read it: paths, and below them a header a line. */
function forNetlify(/** @type {Headers} */ headers) {
  const lines = headers.map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join("")}/assets/*\n  Cache-Control: ${KEPT_FOR_EVER}\n`;
}

/** Kinds of files that are kept packed beside themselves: packed.mjs makes them of whatever packs well. */
const PACKED = "html|js|css|svg|json|wasm|bin|webmanifest";

/** For a folder whose server allows .htaccess (AllowOverride FileInfo, as Debian does in public_html). */
function forApache(/** @type {Headers} */ headers) {
  const set = headers.map(([name, value]) => `  Header always set ${name} "${value}"\n`);
  return `# Of the build: what Apache sends with this page. Without mod_headers the page's service worker does it.
<IfModule mod_headers.c>
${set.join("")}  Header set Cache-Control "no-cache"
  Header set Cache-Control "${KEPT_FOR_EVER}" "expr=%{REQUEST_URI} =~ m#/assets/#"
  # "304 Not Modified" goes without the headers above, and Safari then ends the worker: scripts are sent anew.
  RequestHeader unset If-None-Match "expr=%{REQUEST_URI} =~ m#[.]js$#"
  RequestHeader unset If-Modified-Since "expr=%{REQUEST_URI} =~ m#[.]js$#"
  <FilesMatch "[.](${PACKED})([.](br|gz))?$">
    Header append Vary Accept-Encoding
  </FilesMatch>
</IfModule>
<IfModule mod_mime.c>
  AddType application/wasm .wasm
  AddType application/manifest+json .webmanifest
  # To Debian's Apache .br is Breton, and .gz a kind of file of its own.
  RemoveLanguage .br
  AddEncoding br .br
  RemoveType .gz
  AddEncoding gzip .gz
</IfModule>
# What the build has packed goes out as it is.
<IfModule mod_rewrite.c>
  RewriteEngine On
  RewriteCond %{HTTP:Accept-Encoding} \\bbr\\b
  RewriteCond %{REQUEST_FILENAME}.br -f
  RewriteRule [.](${PACKED})$ %{REQUEST_URI}.br [L]
  RewriteCond %{HTTP:Accept-Encoding} \\bgzip\\b
  RewriteCond %{REQUEST_FILENAME}.gz -f
  RewriteRule [.](${PACKED})$ %{REQUEST_URI}.gz [L]
</IfModule>
`;
}

/** To be included in a location of a server block. */
function forNginx(/** @type {Headers} */ headers) {
  const add = headers.map(([name, value]) => `add_header ${name} "${value}" always;\n`);
  return `# Of the build, for the location of nginx that serves this folder:
#   location /loom/ { include /var/www/html/loom/nginx.conf; }
${add.join("")}set $loom_keep "no-cache";
if ($uri ~ "/assets/") { set $loom_keep "${KEPT_FOR_EVER}"; }
add_header Cache-Control $loom_keep;
gzip_static on;
gzip_vary on;
# With the package libnginx-mod-http-brotli-static, smaller by a sixth:
# brotli_static on;
`;
}
