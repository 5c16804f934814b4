/** AssemblyScript made from the tables of src/engine/wasm/instructions.ts. */

/**
 * @typedef {typeof import("../../src/engine/wasm/instructions")} Tables
 * @typedef {import("../../src/engine/wasm/instructions").WordType} WordType
 */

const HEADER = "// Made by scripts/build-wasm.mjs from src/engine/wasm/instructions.ts.\n";

/** @type {Record<WordType, string>} */
const TYPES = {
  address: "usize",
  "address?": "usize",
  bytes: "usize",
  int: "i32",
  float: "f32",
  flag: "i32",
  activation: "i32",
  settings: "Settings",
};

/** A record or the arguments of an instruction: AssemblyScript lays its words out in order. */
function classOf(
  /** @type {string} */ name,
  /** @type {Readonly<Record<string, WordType>>} */ fields,
) {
  const words = Object.entries(fields).map(([field, type]) => `  ${field}: ${TYPES[type]};\n`);
  return `@unmanaged\nexport class ${className(name)} {\n${words.join("")}}\n`;
}

/** "maxPool" to "MaxPool". */
function className(/** @type {string} */ name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** generated/records.ts: a class for each record and each instruction's arguments. */
export function recordsSource(
  /** @type {Tables} */ { RECORDS, INSTRUCTIONS, ACTIVATIONS, ERRORS, SIZES },
) {
  const sizes = Object.entries(SIZES).map(
    ([name, size]) => `export const ${name}: i32 = ${size};\n`,
  );
  const activations = ACTIVATIONS.map((name) => `  ${name},\n`).join("");
  const errors = ERRORS.map((name) => `  ${name},\n`).join("");
  const classes = Object.entries({ ...RECORDS, ...INSTRUCTIONS }).map(([name, fields]) =>
    classOf(name, fields),
  );
  return [
    HEADER,
    sizes.join(""),
    `export const enum ActivationFunction {\n${activations}}\n`,
    `export const enum ErrorFunction {\n${errors}}\n`,
    ...classes,
  ].join("\n");
}

/** generated/execute.ts: hands the arguments at an address to the kernel of an instruction. */
export function executeSource(/** @type {Tables} */ { INSTRUCTIONS }) {
  const cases = Object.keys(INSTRUCTIONS).map(
    (name, opcode) =>
      `    case ${opcode}:\n      kernels.${name}(changetype<records.${className(name)}>(args));\n      break;\n`,
  );
  return `${HEADER}
import * as kernels from "../kernels";
import * as records from "./records";

export function execute(opcode: i32, args: usize): void {
  switch (opcode) {
${cases.join("")}    default:
      unreachable();
  }
}
`;
}
