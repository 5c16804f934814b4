/** Channels that become pixels on the WASM device, and the other way. */

import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { type Instruction, instruction } from "../../wasm/program";
import type { DepthToSpaceOperation, SpaceToDepthOperation } from ".";

function move(deep: Buffer, wide: Buffer, block: number, backward: boolean): Instruction {
  return instruction("depthToSpace", {
    deep: deep.at,
    deepPitch: deep.pitch,
    wide: wide.at,
    widePitch: wide.pitch,
    height: deep.shape.height,
    width: deep.shape.width,
    block,
    run: block * wide.shape.channels,
    backward,
  });
}

export const depthToSpace: WasmKind<DepthToSpaceOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(move(from, to, operation.block, false));
  },
};

export const spaceToDepth: WasmKind<SpaceToDepthOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(move(to, from, operation.block, true));
  },
};
