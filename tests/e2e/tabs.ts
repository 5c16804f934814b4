/** Tabs as a person has them: one in front hides the others. */

import { type Browser, chromium } from "playwright-core";
import { CHROMIUM_FLAGS, findBrowser, NO_BROWSER } from "../../scripts/lib/browser.mjs";

/** With these, which Playwright adds, Chromium treats a hidden tab as if it were seen. */
const KIND_TO_HIDDEN_TABS = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

export interface Tab {
  /** The value of an expression in the tab's page. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export function launchWindow(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  const ignoreDefaultArgs = KIND_TO_HIDDEN_TABS;
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS, ignoreDefaultArgs });
}

/**
 * The way to open tabs in the browser's only window, each in front of those before it.
 *
 * A page that Playwright opens itself is told to think that it has the focus, so it is never hidden.
 */
export async function tabsOf(browser: Browser): Promise<(address: string) => Promise<Tab>> {
  const session = await browser.newBrowserCDPSession();
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const answer = JSON.parse(message) as Answer & { id: number };
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return async (url) => {
    const { targetId } = await session.send("Target.createTarget", { url });
    const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
    return {
      async evaluate<T>(expression: string) {
        const id = ++asked;
        const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
        const params = { expression, returnByValue: true };
        const message = JSON.stringify({ id, method: "Runtime.evaluate", params });
        await session.send("Target.sendMessageToTarget", { sessionId, message });
        const { result } = await answered;
        if (result?.exceptionDetails) throw new Error(result.exceptionDetails.text);
        return result?.result.value as T;
      },
      async close() {
        await session.send("Target.closeTarget", { targetId });
      },
    };
  };
}

interface Answer {
  readonly result?: {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string };
  };
}
