import { useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page } from "vitest/browser";
import { createInferenceClient } from "../../../src/client/inference";
import { createInferenceWorker } from "../../../src/client/worker";
import { lazyPart } from "../../../src/ui/kit/parts/lazyPart";
import { Part } from "../../../src/ui/kit/parts/Part";
import { expectNoViolationsInBothSchemes } from "./axe";
import { button, mount, type Opened } from "./harness";

let opened: Opened;
afterEach(() => {
  opened?.close();
  vi.restoreAllMocks();
});
beforeEach(async () => {
  await page.viewport(1440, 900);
  // React and the page tell the console of what is thrown here on purpose.
  vi.spyOn(console, "error").mockImplementation(() => {});
});

const show = (what: React.ReactNode) => {
  opened = mount(() => what, createInferenceClient(createInferenceWorker));
};
const failure = page.getByTestId("part-failure");

/** A part that arrives the n-th time it is asked for. */
function arrivingAt(time: number) {
  let asked = 0;
  const Arriving = lazyPart("none/of/the/build", async () => {
    asked += 1;
    if (asked < time) throw new TypeError("Failed to fetch it");
    return { default: ({ words }: { words: string }) => <p data-testid="arrived">{words}</p> };
  });
  return { Arriving, asked: () => asked };
}

describe("a part that is fetched", () => {
  it("is asked for once, however often it is shown", async () => {
    const { Arriving, asked } = arrivingAt(1);
    show(
      <Part name="The map">
        <Arriving words="one" />
        <Arriving words="two" />
      </Part>,
    );
    await expect.element(page.getByTestId("arrived").nth(1)).toHaveTextContent("two");
    expect(asked()).toBe(1);
  });

  it("that does not start is named, and asked for anew by Try again, as often as it takes", async () => {
    const { Arriving, asked } = arrivingAt(3);
    show(
      <Part name="The map">
        <Arriving words="here" />
      </Part>,
    );
    await expect
      .element(failure)
      .toHaveTextContent("The map could not be loaded: it did not start (Failed to fetch it).");
    // What stands on the server may be all right, and this browser's memory of it not.
    await expect.element(button("Reload")).toBeVisible();
    await button("Try again").click();
    await expect.poll(asked).toBe(2);
    await expect.element(failure).toBeVisible();
    await button("Try again").click();
    await expect.element(page.getByTestId("arrived")).toHaveTextContent("here");
    expect(asked()).toBe(3);
  });

  it("is asked for anew by whoever leaves and comes back", async () => {
    const { Arriving, asked } = arrivingAt(2);
    function Views() {
      const [isOpen, setOpen] = useState(true);
      return (
        <>
          <button type="button" onClick={() => setOpen(!isOpen)}>
            Switch
          </button>
          {isOpen && (
            <Part name="The map">
              <Arriving words="here" />
            </Part>
          )}
        </>
      );
    }
    show(<Views />);
    await expect.element(failure).toBeVisible();
    await button("Switch").click();
    await expect.element(failure).not.toBeInTheDocument();
    await button("Switch").click();
    await expect.element(page.getByTestId("arrived")).toBeVisible();
    expect(asked()).toBe(2);
  });
});

describe("a part that throws", () => {
  let isBroken: boolean;
  function Fragile() {
    if (isBroken) throw new Error("a test broke it");
    return <p>whole again</p>;
  }
  const closed = vi.fn();
  const withNeighbour = () =>
    show(
      <>
        <Part name="The figures" onClose={closed}>
          <Fragile />
        </Part>
        <Part name="The neighbour">
          <p>untouched</p>
        </Part>
      </>,
    );
  beforeEach(() => {
    isBroken = true;
    closed.mockClear();
  });

  it("says what it threw, leaves its neighbours alone, and is drawn anew by Try again", async () => {
    withNeighbour();
    await expect
      .element(failure)
      .toHaveTextContent("The figures failed: a test broke it. Everything else goes on.");
    await expect.element(page.getByText("untouched")).toBeVisible();
    isBroken = false;
    await button("Try again").click();
    await expect.element(page.getByText("whole again")).toBeVisible();
    await expect.element(failure).not.toBeInTheDocument();
  });

  it("can be closed where it can be", async () => {
    withNeighbour();
    await button("Close").click();
    expect(closed).toHaveBeenCalledOnce();
  });

  it.each([1440, 390])("is read aloud, fits and passes axe at %i pixels", async (width) => {
    await page.viewport(width, 844);
    withNeighbour();
    await expect.element(page.getByRole("alert")).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    await expectNoViolationsInBothSchemes();
  });
});
