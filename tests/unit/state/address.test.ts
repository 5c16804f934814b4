import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { keepAddress } from "../../../src/state/address";
import { changeSettings } from "../../../src/state/settings";
import { type AppState, INITIAL_STATE } from "../../../src/state/state";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const store = createStore<AppState>(() => INITIAL_STATE);
  const replaceState = vi.fn();
  const history = { state: { from: "elsewhere" }, replaceState };
  const location = { pathname: "/loom/", search: "", hash: "#images" };
  const end = keepAddress(store, { location, history });
  const change = (change: Parameters<typeof changeSettings>[1]) =>
    store.setState({ settings: changeSettings(store.getState().settings, change, FASHION_MNIST) });
  return { change, replaceState, end };
}

describe("keepAddress", () => {
  it("writes settings once they rest, and leaves what is behind # and the history's state", () => {
    const { change, replaceState } = setUp();
    for (const latentSize of [65, 66, 67]) change({ latentSize });
    vi.advanceTimersByTime(1000);
    change({ preset: "loom" });
    vi.advanceTimersByTime(1000);
    expect(replaceState.mock.calls).toEqual([
      [{ from: "elsewhere" }, "", "/loom/?v=1&latent=67#images"],
      [{ from: "elsewhere" }, "", "/loom/?v=1&preset=loom#images"],
    ]);
  });

  it("writes nothing for the settings that the address already has, nor after its end", () => {
    const { change, replaceState, end } = setUp();
    change({ seed: 2 });
    change({ seed: 1 });
    vi.advanceTimersByTime(1000);
    change({ seed: 3 });
    end();
    vi.advanceTimersByTime(1000);
    expect(replaceState).not.toHaveBeenCalled();
  });
});
