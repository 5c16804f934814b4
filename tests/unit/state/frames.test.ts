import { describe, expect, it } from "vitest";
import {
  createFrameStore,
  type Frame,
  frameAt,
  frameName,
  thinFrames,
} from "../../../src/state/frames";
import { strip28 } from "../image-sets";

const frame = (step: number, epoch = Math.ceil(step / 10)): Frame => ({
  epoch,
  step,
  pictures: strip28(new Uint8Array(784).fill(step)),
  ssim: [step / 1000],
  ssimWriteup: [step / 500],
});
const steps = (frames: readonly Frame[]) => frames.map(({ step }) => step);

describe("the frame store", () => {
  it("follows the run, or stays at the last frame up to a step", () => {
    const store = createFrameStore();
    for (const step of [0, 1, 2, 10]) store.add(frame(step));
    expect(store.shown()?.step).toBe(10);
    store.show(7);
    expect(store.shown()?.step).toBe(2);
    store.add(frame(20));
    expect(store.shown()?.step).toBe(2);
    store.show(null);
    expect(store.shown()?.step).toBe(20);
  });

  it("shows the best weights once they are put back, in their place among the steps", () => {
    const store = createFrameStore();
    for (const step of [0, 10, 20, 30]) store.add(frame(step));
    store.add(frame(20));
    expect(steps(store.all())).toEqual([0, 10, 20, 30]);
    expect(store.shown()?.step).toBe(20);
    expect(store.newest()?.step).toBe(20);
  });

  it("holds two frames, also when they are thinned out, until another run comes", () => {
    const store = createFrameStore(4);
    store.add(frame(0));
    for (const step of [20, 30]) store.add(frame(step));
    store.hold("a", store.shown());
    for (const step of [40, 50, 60]) store.add(frame(step));
    store.hold("b", store.shown());
    expect(steps(store.all())).not.toContain(30);
    expect([store.held("a")?.step, store.held("b")?.step]).toEqual([30, 60]);
    store.replace([frame(5), frame(10)]);
    expect([store.held("a"), store.held("b"), store.shown()?.step]).toEqual([null, null, 10]);
  });

  it("tells of each change once, and no more after that was ended", () => {
    const store = createFrameStore();
    let calls = 0;
    const end = store.subscribe(() => {
      calls += 1;
    });
    store.add(frame(0));
    store.show(0);
    store.show(0);
    store.hold("a", frame(0));
    end();
    store.replace([]);
    expect(calls).toBe(3);
    expect(store.shown()).toBeNull();
  });
});

describe("thinning", () => {
  it("keeps the first epoch, the ends, and the rest evenly spread", () => {
    const first = [0, 1, 2, 4, 8, 10].map((step) => frame(step));
    let frames: readonly Frame[] = first;
    for (let epoch = 2; epoch <= 100; epoch++) {
      frames = thinFrames([...frames, frame(10 * epoch, epoch)], 30);
    }
    expect(frames).toHaveLength(30);
    expect(steps(frames).slice(0, 6)).toEqual(steps(first));
    expect(frames.at(-1)!.step).toBe(1000);
    const later = steps(frames).slice(5);
    const gaps = later.slice(1).map((step, i) => step - later[i]!);
    // 24 frames over 99 epochs: 4 apart, and never more than twice that.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(80);
  });

  it("thins the first epoch too where there is nothing else", () => {
    const frames = [0, 1, 2, 4, 8, 9].map((step) => frame(step, 1));
    expect(steps(thinFrames(frames, 4))).toEqual([0, 4, 8, 9]);
    expect(steps(thinFrames(frames, 1))).toEqual([9]);
  });
});

describe("a frame's place", () => {
  it("is the last one up to the step, or the first", () => {
    const frames = [frame(5), frame(10)];
    expect(frameAt(frames, 9)?.step).toBe(5);
    expect(frameAt(frames, 2)?.step).toBe(5);
    expect(frameAt([], 2)).toBeNull();
  });

  it("has a name: at the start, a step, or an epoch that is done", () => {
    expect(frameName({ epoch: 0, step: 0 }, 10)).toBe("at the start");
    expect(frameName({ epoch: 1, step: 8 }, 10)).toBe("step 8");
    expect(frameName({ epoch: 3, step: 30 }, 10)).toBe("epoch 3");
    // Stopped within its fourth epoch.
    expect(frameName({ epoch: 4, step: 35 }, 10)).toBe("step 35");
  });
});
