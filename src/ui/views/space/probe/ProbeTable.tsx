import type { ProbePoint } from "../../../../protocol/inference";
import type { Probes } from "../../../../state/space/probe";
import classes from "../../../kit/Figures.module.css";
import { ssim } from "../../../kit/format";
import { Scroller } from "../../../kit/Scroller";

/** The curves' numbers, for those who want to read them. */
export function ProbeTable({ probes }: { probes: Probes }) {
  const sizes = [
    ...new Set(Object.values(probes).flatMap(({ points }) => points.map(({ size }) => size))),
  ].sort((a, b) => a - b);
  const at = (of: keyof Probes, size: number, by: keyof ProbePoint) => {
    const point = probes[of]?.points.find((each) => each.size === size);
    return point ? ssim(point[by]) : "";
  };
  return (
    <Scroller className={classes.scroll} label="Accuracy by size of the code">
      <table className={classes.table} data-testid="probe-table">
        <thead>
          <tr>
            <td />
            <th scope="colgroup" colSpan={3}>
              five nearest
            </th>
            <th scope="colgroup" colSpan={3}>
              linear
            </th>
          </tr>
          <tr>
            <th scope="col">Numbers</th>
            {["nearest", "linear"].map((by) => [
              <th key={`net ${by}`} scope="col">
                this net
              </th>,
              <th key={`pca ${by}`} scope="col">
                PCA
              </th>,
              <th key={`pixels ${by}`} scope="col">
                pixels
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {sizes.map((size) => (
            <tr key={size}>
              <th scope="row">{size}</th>
              {(["nearest", "linear"] as const).map((by) => [
                <td key={`net ${by}`} data-tone="net">
                  {at("net", size, by)}
                </td>,
                <td key={`pca ${by}`} data-tone="pca">
                  {at("pca", size, by)}
                </td>,
                <td key={`pixels ${by}`}>{at("pixels", size, by)}</td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
