/** What the bench asks of the worker in its page, and what it gets back. */

import type { EngineRequest } from "../../src/cli/bench/engine";

export interface PeakRequest {
  readonly contender: "peak";
  readonly threads: number;
}

export interface TrainingRequest extends EngineRequest {
  readonly contender:
    | "engine"
    | "webgpu"
    | "tfjs-webgl"
    | "tfjs-webgpu"
    | "tfjs-cpu"
    | "jax-js"
    | "jax-webgpu";
}

export type BenchRequest = PeakRequest | TrainingRequest;

export type BenchReply =
  | { readonly ok: true; readonly figures: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly error: string };
