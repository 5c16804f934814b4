/** One GPUDevice for this engine and for tfjs. */

import { activateBackend } from "./tfjs/backend";
import type { WebgpuTrainer } from "./webgpu/trainer";

/**
 * Makes tfjs compute on the GPUDevice of a trainer, and gives the trainer's model the weights that
 * are trained there as they are on the GPU: nothing is read back.
 *
 * From then on the device is tfjs's, and lives on when the trainer is disposed of. The model keeps
 * these weights until the next call; more training does not change them.
 * @throws DeviceError where tfjs cannot use the device, DeviceLostError
 */
export async function shareWithTfjs(trainer: WebgpuTrainer): Promise<void> {
  const device = trainer.lendDevice();
  const known = opened.get(device) ?? (async () => device);
  opened.set(device, known);
  await activateBackend("webgpu", known);
  trainer.shareWeights();
}

/** The same function for the same device, by which tfjs's backend knows that it has it already. */
const opened = new WeakMap<GPUDevice, () => Promise<GPUDevice>>();
