/** Counts what a device is asked for: dispatches, submissions, uploads, buffers. */

export interface Counts {
  readonly dispatches: number;
  readonly submissions: number;
  readonly uploads: number;
  readonly uploadedBytes: number;
  readonly buffers: number;
}

/**
 * Makes a device count, from now on, and returns what looks at the counts so far.
 *
 * Its own methods are put in front of the prototype's: whoever has the device is counted.
 */
export function countCalls(device: GPUDevice): () => Counts {
  const counts = { dispatches: 0, submissions: 0, uploads: 0, uploadedBytes: 0, buffers: 0 };
  const { queue } = device;
  const createBuffer = device.createBuffer.bind(device);
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  const submit = queue.submit.bind(queue);
  const writeBuffer = queue.writeBuffer.bind(queue);
  Object.assign(device, {
    createBuffer(descriptor: GPUBufferDescriptor) {
      counts.buffers += 1;
      return createBuffer(descriptor);
    },
    createCommandEncoder(descriptor?: GPUCommandEncoderDescriptor) {
      const encoder = createCommandEncoder(descriptor);
      const beginComputePass = encoder.beginComputePass.bind(encoder);
      return Object.assign(encoder, {
        beginComputePass(descriptor?: GPUComputePassDescriptor) {
          const pass = beginComputePass(descriptor);
          const dispatch = pass.dispatchWorkgroups.bind(pass);
          return Object.assign(pass, {
            dispatchWorkgroups(x: number, y?: number, z?: number) {
              counts.dispatches += 1;
              dispatch(x, y, z);
            },
          });
        },
      });
    },
  });
  Object.assign(queue, {
    submit(buffers: readonly GPUCommandBuffer[]) {
      counts.submissions += 1;
      submit(buffers);
    },
    writeBuffer(buffer: GPUBuffer, offset: number, data: ArrayBufferView<ArrayBuffer>) {
      counts.uploads += 1;
      counts.uploadedBytes += data.byteLength;
      writeBuffer(buffer, offset, data);
    },
  });
  return () => ({ ...counts });
}
