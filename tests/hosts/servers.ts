/** Web servers as people have them, each with the built page in a folder of its own: Debian's, and a bare one. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programsOf } from "../../scripts/lib/debian-programs.mjs";
import { freePort, ROOT, readIfThere } from "../../scripts/lib/project.mjs";

export interface HostedPage {
  /** Of the page, with a slash at its end. */
  readonly address: string;
  close(): Promise<void>;
}

export interface Host {
  readonly name: string;
  /** What it does: the page's headers, and files as the build has packed them. */
  readonly sendsHeaders: boolean;
  readonly sendsPacked: readonly ("br" | "gzip")[];
  /** Whether this machine has it. */
  readonly isHere: boolean;
  open(): Promise<HostedPage>;
}

/** Milliseconds for a server to start where other programs have the cores. */
const STARTING = 60_000;

/** Runs a server over a new folder. @param start writes its settings there, and says how it is started */
async function serve(
  place: string,
  path: string,
  start: (folder: string, port: number) => readonly string[],
): Promise<HostedPage> {
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-host-"));
  // A copy, since servers read as a user who may not enter ours.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, place), { recursive: true });
  cpSync(join(ROOT, "dist"), join(folder, place), { recursive: true });
  const port = await freePort(0, "127.0.0.1");
  const [program = "", ...args] = start(folder, port);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const address = `http://127.0.0.1:${port}/${path}/`;
  const close = async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = Date.now() + STARTING;
  for (;;) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return { address, close };
    if (child.exitCode !== null || Date.now() > deadline) {
      const log = readIfThere(join(folder, "error.log")) ?? "";
      await close();
      throw new Error(
        `${program} does not serve (${answer?.status ?? "no answer"}): ${said}${log}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

const nginx: Host = {
  name: "nginx",
  sendsHeaders: true,
  sendsPacked: ["gzip"],
  isHere: programsOf("nginx") !== null,
  open: () =>
    serve("html/loom", "loom", (folder, port) => {
      const conf = join(folder, "nginx.conf");
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
      writeFileSync(
        conf,
        `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
  ${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join(" ")}
  server {
    listen 127.0.0.1:${port}; root ${folder}/html;
    location / { try_files $uri $uri/ =404; }
    location /loom/ { include ${folder}/html/loom/nginx.conf; }
  }
}
`,
      );
      return [programsOf("nginx")?.[0] ?? "", "-p", folder, "-c", conf, "-e", "stderr"];
    }),
};

/** What Debian's Apache loads, but for those of its modules that only other sites need. */
const APACHE_MODULES = [
  ..."mpm_event authz_core authz_host alias dir mime negotiation deflate filter".split(" "),
  ..."setenvif env autoindex userdir".split(" "),
];

/** As `~teacher/` of a university, with what Debian allows in such folders. */
function apache(name: string, more: readonly string[], does: Partial<Host> = {}): Host {
  return {
    name,
    sendsHeaders: false,
    sendsPacked: [],
    isHere: programsOf("Apache") !== null,
    ...does,
    open: () =>
      serve("home/teacher/public_html/loom", "~teacher/loom", (folder, port) => {
        const conf = join(folder, "apache.conf");
        const modules = [...APACHE_MODULES, ...more].map(
          (module) => `LoadModule ${module}_module /usr/lib/apache2/modules/mod_${module}.so`,
        );
        writeFileSync(
          conf,
          `${modules.join("\n")}
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
DocumentRoot ${folder}
<Directory />
  AllowOverride None
  Require all denied
</Directory>
UserDir ${folder}/home/*/public_html
<Directory ${folder}/home/*/public_html>
  AllowOverride FileInfo AuthConfig Limit Indexes
  Options MultiViews Indexes SymLinksIfOwnerMatch IncludesNoExec
  Require all granted
</Directory>
DirectoryIndex index.html index.cgi index.pl index.php index.xhtml index.htm
TypesConfig /etc/mime.types
AddType application/x-gzip .gz .tgz
AddLanguage br .br
AddOutputFilterByType DEFLATE text/html text/plain text/xml text/css application/javascript text/javascript application/json
`,
        );
        return [programsOf("Apache")?.[0] ?? "", "-f", conf, "-DFOREGROUND"];
      }),
  };
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** What comes with Python: no header at all, and nothing packed. */
const bare: Host = {
  name: "Python's http.server",
  sendsHeaders: false,
  sendsPacked: [],
  isHere: hasPython,
  open: () =>
    serve("class/loom", "class/loom", (folder, port) => [
      "python3",
      ...["-m", "http.server", String(port), "--bind", "127.0.0.1", "--directory", folder],
    ]),
};

export const HOSTS: readonly Host[] = [
  nginx,
  apache("Apache with mod_headers and mod_rewrite", ["headers", "rewrite"], {
    sendsHeaders: true,
    sendsPacked: ["br", "gzip"],
  }),
  apache("Apache as Debian has it", []),
  bare,
];
