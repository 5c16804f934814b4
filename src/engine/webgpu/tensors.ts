/** Where each tensor of a plan and its gradient live, and who writes gradients in which order. */

import { type Operation, type Plan, type SampleShape, sizeOf, trainedBy } from "../plan";
import { sharePlaces } from "./lifetimes";
import type { Sink } from "./sink";
import type { Store, Stores } from "./stores";

/** Stands for the loss among those who write a gradient. */
const LOSS = "loss";

/** One array of numbers; reshaping gives it another name only. */
interface Tensor {
  readonly number: number;
  readonly words: number;
  /** Null for the model's input. */
  readonly producer: Operation | null;
  readonly value: Store;
  /** Does anything that leads to it have weights? */
  readonly hasGradient: boolean;
  /** Gradients that are not needed at the same time share their memory. */
  gradient: Store | null;
  /** Whoever writes the gradient, in the order of the backward pass. */
  readonly writers: string[];
}

export class Tensors {
  readonly #tensors = new Map<number, Tensor>();

  constructor(stores: Stores, plan: Plan, capacity: number) {
    const declare = (
      number: number,
      shape: SampleShape,
      producer: Operation | null,
      hasGradient: boolean,
    ) => {
      const words = capacity * sizeOf(shape);
      const value = stores.declare(`tensor ${number}`, words);
      const tensor = { number, words, producer, value, hasGradient, gradient: null, writers: [] };
      this.#tensors.set(number, tensor);
    };
    declare(0, plan.input, null, false);
    for (const operation of plan.operations) {
      const { inputs, result, output } = operation;
      if (operation.kind === "reshape") {
        this.#tensors.set(result, this.#find(inputs[0]!));
        continue;
      }
      const hasGradient =
        trainedBy(operation).length > 0 || inputs.some((input) => this.#find(input).hasGradient);
      declare(result, output, operation, hasGradient);
    }
    this.#placeGradients(stores, plan);
  }

  /** Goes through the backward pass: who writes which gradient when, and until when it is read. */
  #placeGradients(stores: Stores, { operations, result }: Plan): void {
    const lives = new Map<Tensor, { words: number; from: number; to: number }>();
    const write = (number: number, writer: string, moment: number) => {
      const tensor = this.#find(number);
      tensor.writers.push(writer);
      if (!tensor.hasGradient || lives.has(tensor)) return;
      lives.set(tensor, { words: tensor.words, from: moment, to: moment });
    };
    write(result, LOSS, 0);
    for (const [index, operation] of operations.toReversed().entries()) {
      if (operation.kind === "reshape") continue;
      const moment = index + 1;
      const own = lives.get(this.#find(operation.result));
      if (own) own.to = moment;
      for (const [slot, input] of operation.inputs.entries()) {
        write(input, writerOf(operation, slot), moment);
      }
    }
    const shared = new Map<number, Store>();
    const places = sharePlaces([...lives.values()]);
    for (const [index, [tensor, { words }]] of [...lives].entries()) {
      const place = places[index]!;
      const store = shared.get(place) ?? stores.declare(`gradients ${place}`, words);
      store.words = Math.max(store.words, words);
      shared.set(place, store);
      tensor.gradient = store;
    }
  }

  value(number: number): Store {
    return this.#find(number).value;
  }

  gradient(number: number): Store | null {
    return this.#find(number).gradient;
  }

  /** Where an operation writes the gradient of its input number `slot`; null if nobody needs it. */
  inputSink(operation: Operation, slot = 0): Sink | null {
    return this.#sink(operation.inputs[slot]!, writerOf(operation, slot));
  }

  /** Where the loss writes the gradient of that tensor. */
  lossSink(number: number): Sink | null {
    return this.#sink(number, LOSS);
  }

  #sink(number: number, writer: string): Sink | null {
    const { gradient, writers, producer, value } = this.#find(number);
    if (!gradient) return null;
    const place = writers.indexOf(writer);
    const isLast = place === writers.length - 1;
    const activation =
      isLast && producer && "activation" in producer ? producer.activation : "linear";
    const source =
      activation === "linear"
        ? null
        : activation === "swish" && producer
          ? this.value(producer.inputs[0]!)
          : value;
    return { store: gradient, adds: place > 0, activation, kept: source };
  }

  #find(number: number): Tensor {
    const tensor = this.#tensors.get(number);
    if (!tensor) throw new Error(`Tensor ${number} is not there.`);
    return tensor;
  }
}

function writerOf(operation: Operation, slot: number): string {
  return `${operation.result}/${slot}`;
}
