import { expect, it } from "vitest";
import { readHidden } from "../../../src/state/hidden";

it("reads what a link hides", () => {
  expect(readHidden("?lesson=relu&hide=recipe,device")).toEqual({
    hidden: new Set(["recipe", "device"]),
    problems: [],
  });
  expect(readHidden("?preset=loom").hidden.size).toBe(0);
});

it("says which name hides nothing", () => {
  expect(readHidden("?hide=recipe,,knobs")).toEqual({
    hidden: new Set(["recipe"]),
    problems: ["hide=knobs hides nothing. Allowed: net, latent, garments, recipe, device."],
  });
  const many = Array.from({ length: 1000 }, (_, i) => `x${i}`).join();
  expect(readHidden(`?hide=${many},net`)).toEqual({
    hidden: new Set(["net"]),
    problems: [expect.stringMatching(/^hide=x0, x1, x2 and 997 others hides nothing\. /)],
  });
});
