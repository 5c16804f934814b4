/** A page in a browser of any engine: what a person would do there, and what went wrong. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { ROOT } from "../../scripts/lib/project.mjs";
import type { Engine, Session } from "./engines";

/** The key of an element in WebDriver's answers. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export class Tab {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async open(engine: Engine): Promise<Tab> {
    return new Tab(await engine.start());
  }

  async goto(address: string): Promise<void> {
    await this.#session.send("Navigate", { url: address });
  }

  async reload(): Promise<void> {
    await this.#session.send("Refresh");
  }

  /** What the function answers in the page; it knows nothing but its arguments, all of JSON. */
  async evaluate<A extends unknown[], T>(
    ask: (...args: A) => T | Promise<T>,
    ...args: A
  ): Promise<T> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${ask})(...arguments[0])).then(
        (value) => done({ value: value === undefined ? null : value }),
        (error) => done({ error: String(error) }),
      );`;
    const answer = await this.#session.send("ExecuteAsyncScript", { script, args: [args] });
    const { value, error } = answer as { value: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Clicks on the one visible control of that role and name: buttons by default. */
  async click(name: string, role: "button" | "radio" | "link" = "button"): Promise<void> {
    const element = await this.evaluate(
      (wanted, kind) => {
        const tag = { button: "button", radio: "input[type=radio]", link: "a[href]" }[kind];
        const named = (node: Element) =>
          (node.getAttribute("aria-label") ?? node.textContent ?? "").trim() === wanted;
        const all = [...document.querySelectorAll<HTMLElement>(`${tag}, [role=${kind}]`)];
        return all.find((node) => named(node) && node.getClientRects().length > 0) ?? null;
      },
      name,
      role,
    );
    const id = (element as unknown as Record<string, string> | null)?.[ELEMENT];
    if (!id) throw new Error(`The page shows no ${role} "${name}".`);
    await this.#session.send("ElementClick", { id });
  }

  /** What is written in the first element of that test id; "" where there is none. */
  text(testId: string): Promise<string> {
    return this.evaluate(
      (id) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.innerText ?? "",
      testId,
    );
  }

  /** The number shown there; NaN where there is none yet. */
  async number(testId: string): Promise<number> {
    const text = await this.text(testId);
    return Number(/-?[\d,]*\.?\d+/.exec(text)?.[0].replaceAll(",", "") ?? Number.NaN);
  }

  /** Whether there is a picture, of more than one colour, in the element of that test id. */
  hasDrawn(testId: string): Promise<boolean> {
    return this.evaluate((id) => {
      const canvases = document.querySelectorAll<HTMLCanvasElement>(`[data-testid="${id}"] canvas`);
      return [...canvases].some((canvas) => {
        const copy = document.createElement("canvas");
        const context = copy.getContext("2d");
        if (!context || canvas.width * canvas.height === 0) return false;
        [copy.width, copy.height] = [canvas.width, canvas.height];
        context.drawImage(canvas, 0, 0);
        const colours = new Uint32Array(
          context.getImageData(0, 0, copy.width, copy.height).data.buffer,
        );
        return colours.some((colour) => colour !== colours[0]);
      });
    }, testId);
  }

  /** All that the page shows, in words. */
  words(): Promise<string> {
    return this.evaluate(() => document.body.innerText);
  }

  /** Exceptions, refused promises, broken rules and errors on the console since the page began. */
  errors(): Promise<string[]> {
    return this.evaluate(() => [...(globalThis as { pageErrors?: string[] }).pageErrors!]);
  }

  /** A picture of the window as PNG, base64. */
  async screenshot(): Promise<string> {
    return (await this.#session.send("TakeScreenshot")) as string;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Runs in the page before all else; WebDriver itself does not tell of errors. */
function collectErrors() {
  const errors: string[] = [];
  Object.assign(globalThis, { pageErrors: errors });
  addEventListener(
    "error",
    ({ message, error, target }) => {
      if (!(target instanceof Element)) errors.push(`${message} ${error?.stack ?? ""}`);
      // To Firefox the preload of a module that runs already is one; missing ones reject imports.
      else if (target.getAttribute("rel") !== "modulepreload") {
        errors.push(`did not load: ${target.outerHTML.slice(0, 200)}`);
      }
    },
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => {
    errors.push(`not caught: ${reason?.stack ?? reason}`);
  });
  addEventListener("securitypolicyviolation", (event) => {
    errors.push(`against ${event.violatedDirective}: ${event.blockedURI || event.sample}`);
  });
  const { error } = console;
  console.error = (...args: unknown[]) => {
    errors.push(args.map(String).join(" "));
    error(...args);
  };
}

/** Serves the built page with that script before its own. */
export const collectsErrors: Plugin = {
  name: "collects-errors",
  configurePreviewServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      const path = request.url?.replace(/\?.*/, "");
      if (path !== "/" && path !== "/collect-errors.js") return next();
      if (path === "/collect-errors.js") {
        response.setHeader("Content-Type", "text/javascript");
        response.end(`(${collectErrors})();`);
        return;
      }
      const html = readFileSync(join(ROOT, "dist/index.html"), "utf8");
      response.setHeader("Content-Type", "text/html");
      response.end(html.replace("<head>", '<head><script src="./collect-errors.js"></script>'));
    });
  },
};
