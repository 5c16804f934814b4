import { describe, expect, test } from "vitest";
import { wgsl } from "../../../../src/engine/webgpu/wgsl";

describe("wgsl", () => {
  test("leaves out the template's own indentation, and keeps what is further in", () => {
    const text = wgsl`
      for (;;) {
        step();
      }

      end();
    `;
    expect(text).toBe("for (;;) {\n  step();\n}\n\nend();");
  });

  test("puts parts of one line where they stand", () => {
    expect(wgsl`let x = ${1}u + ${"y"};`).toBe("let x = 1u + y;");
    expect(wgsl`
      ${"a"}${"b"};
      c ${0}
    `).toBe("ab;\nc 0");
  });

  test("indents a part of many lines, and the parts within it, as its place is", () => {
    const inner = wgsl`
      if (a) {
        ${["b();", "c();"]}
      }
    `;
    const text = wgsl`
      fn main() {
        ${inner}
        ${["d();", inner]}
      }
    `;
    const branch = "  if (a) {\n    b();\n    c();\n  }\n";
    expect(text).toBe(`fn main() {\n${branch}  d();\n${branch}}`);
  });

  test("leaves out the line of a part that is not there", () => {
    const text = wgsl`
      a();
      ${false}
      ${null}
      ${""}
      ${[]}
      ${[false, "b();", null]}
      c();
    `;
    expect(text).toBe("a();\nb();\nc();");
  });
});
