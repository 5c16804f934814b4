"""Times PyTorch on one of the nets: `python3 bench/torch FOLDER`.

src/cli/bench/torch-job.ts writes the folder: job.json, images.bin (bytes, 784 an image) and
weights.bin (32-bit floats, in the order of the job's layers). The net must have as many weights as
the job says and, with those, the loss that the job gives for the first batch. Prints one JSON
object: images a second of the fastest round, that loss, the number of weights, and PyTorch's
version. Exit code 3 says that there is no PyTorch. It is plain PyTorch, channels last, up-sampling
computed as written; where the job says "compiled", net and loss go through torch.compile. On a GPU ("device": "cuda") everything lies on it, and
all is computed in full 32 bits, as in the other engines.
"""

import json
import math
import os
import shutil
import sys
import time
from pathlib import Path

try:
    import torch
except ImportError:
    print("python3 has no torch (Debian: apt-get install python3-torch).", file=sys.stderr)
    sys.exit(3)

import nets
from trainer import Trainer

# The first steps allocate memory, and oneDNN compiles its kernels in them.
WARM_UP = 3
# How far the losses may be apart, as a part of the job's: both are sums in single precision.
TOLERANCE = 2e-5
# A GPU is waited for after so many steps.
STEPS_A_LOOK = 16


def synchronize(loss: torch.Tensor) -> None:
    """Waits until the GPU has come so far: it works on while Python is ahead."""
    if loss.is_cuda:
        torch.cuda.synchronize()


def require_compiler() -> None:
    """torch.compile writes C++ for a CPU."""
    if not any(shutil.which(name) for name in (os.environ.get("CXX", "g++"), "g++", "clang++", "cl")):
        sys.exit("torch.compile needs a C++ compiler (Debian: apt-get install g++).")


def open_device(name: str) -> torch.device:
    if name == "cuda":
        if not torch.cuda.is_available():
            sys.exit("PyTorch finds no GPU that it can use by CUDA.")
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        # It tries its kernels in the first steps and takes the fastest.
        torch.backends.cudnn.benchmark = True
    return torch.device(name)


def fastest_round(trainer: Trainer, rounds: int, seconds: float) -> float:
    """Images a second; a round ends with the step under way."""
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        elapsed, steps = 0.0, 0
        while steps == 0 or elapsed < seconds:
            loss = trainer.step()
            steps += 1
            if steps % STEPS_A_LOOK == 0:
                synchronize(loss)
            elapsed = time.perf_counter() - start
        synchronize(loss)
        elapsed = time.perf_counter() - start
        rates.append(steps * trainer.batch / elapsed)
        if not math.isfinite(loss.item()):
            sys.exit("The loss is not a finite number.")
    return max(rates)


def main(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    torch.set_num_threads(job["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(1)

    pixels = torch.frombuffer(bytearray((folder / "images.bin").read_bytes()), dtype=torch.uint8)
    images = pixels.view(-1, 1, 28, 28).float().div(255)
    device = open_device(job["device"])
    images = images.contiguous(memory_format=torch.channels_last).to(device)
    try:
        net = nets.build(job)
    except ValueError as error:
        sys.exit(str(error))
    parameters = nets.count(net)
    if parameters != job["parameters"]:
        sys.exit(f"{parameters} weights in PyTorch's net, {job['parameters']} in ours.")
    weights = bytearray((folder / "weights.bin").read_bytes())
    nets.load(net, job["layers"], torch.frombuffer(weights, dtype=torch.float32))
    net = net.to(device).to(memory_format=torch.channels_last)
    if job["compiled"]:
        require_compiler()
    trainer = Trainer(net, images, job["recipe"])
    loss = trainer.evaluate()
    if not abs(loss - job["loss"]) <= TOLERANCE * abs(job["loss"]):
        sys.exit(f"With the same weights the loss is {loss} in PyTorch, {job['loss']} in ours.")
    if job["compiled"]:
        trainer.compile()
    for _ in range(WARM_UP):
        trainer.step()
    report = {
        "imagesPerSecond": fastest_round(trainer, job["rounds"], job["seconds"]),
        "loss": loss,
        "parameters": parameters,
        "version": torch.__version__,
        "gpu": f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}" if device.type == "cuda" else None,
    }
    print(json.dumps(report))


main(Path(sys.argv[1]))
