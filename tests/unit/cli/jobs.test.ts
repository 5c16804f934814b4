import { describe, expect, it } from "vitest";
import { InterruptedError, reportError } from "../../../src/cli/errors";
import { doJobs, type Job } from "../../../src/cli/jobs";

function jobsHost() {
  const err: string[] = [];
  const exits: number[] = [];
  const interrupts = new Set<() => void>();
  const host = {
    stderr: { isTTY: true, columns: 200, write: (text: string) => err.push(text) },
    onInterrupt(callback: () => void) {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    exit: (code: number) => exits.push(code),
  };
  const interrupt = () => {
    for (const callback of interrupts) callback();
  };
  return { host, err, exits, interrupts, interrupt };
}

describe("doJobs", () => {
  it("does them in order, and tells how far all of them are and what each made", async () => {
    const { host, err, interrupts } = jobsHost();
    const job = (name: string): Job => ({
      name,
      async work(_control, progress) {
        progress(0.5, "half-way");
        return `${name} done`;
      },
    });
    await doJobs([job("one"), job("two")], () => "", host);
    expect(err.filter((text) => text.endsWith("\n"))).toEqual([
      "1/2 one: one done\n",
      "2/2 two: two done\n",
    ]);
    expect(err[0]).toMatch(/ 25% 1\/2 one: half-way$/);
    expect(interrupts.size).toBe(0);
  });

  it("after Ctrl-C ends what is under way, begins nothing, and says how to go on", async () => {
    const { host, err, exits, interrupts, interrupt } = jobsHost();
    const begun: string[] = [];
    const job = (name: string): Job => ({
      name,
      async work(control) {
        begun.push(name);
        interrupt();
        control.throwIfCancelled();
        return "";
      },
    });
    let asked = 0;
    const resume = () => `Stopped after ${begun.length}; asked ${++asked} time.`;
    const error = await doJobs([job("one"), job("two")], resume, host).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.message).toBe("Stopped after 1; asked 1 time.");
    expect(begun).toEqual(["one"]);
    expect(err.join("")).toMatch(/Stopping after this step/);
    expect(exits).toEqual([]);
    expect(interrupts.size).toBe(0);

    const said: string[] = [];
    expect(reportError(error, (text) => said.push(text))).toBe(130);
    expect(said).toEqual(["Stopped after 1; asked 1 time.\n"]);
  });

  it("a job that Ctrl-C comes too late for counts; the next one does not begin", async () => {
    const { host, interrupt } = jobsHost();
    const done: string[] = [];
    const job = (name: string): Job => ({
      name,
      async work() {
        interrupt();
        done.push(name);
        return "";
      },
    });
    const run = doJobs([job("one"), job("two")], () => `${done}`, host);
    await expect(run).rejects.toThrow(new InterruptedError("one"));
  });

  it("ends the process at a second Ctrl-C", async () => {
    const { host, exits, interrupt } = jobsHost();
    const work = async () => {
      interrupt();
      interrupt();
      return "";
    };
    await doJobs([{ name: "one", work }], () => "", host);
    expect(exits).toEqual([130]);
  });

  it("passes on what a job throws", async () => {
    const { host, interrupts } = jobsHost();
    const work = () => Promise.reject(new TypeError("broken"));
    await expect(doJobs([{ name: "one", work }], () => "", host)).rejects.toThrow(TypeError);
    expect(interrupts.size).toBe(0);
  });
});
