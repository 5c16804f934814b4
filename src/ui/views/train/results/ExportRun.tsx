import { exportName } from "../../../../config/export-targets";
import { keptWeights } from "../../../../state/kept-weights";
import { ExportMenu } from "../../../kit/export/ExportMenu";
import { useApp, useAppState, useDataSpec } from "../../../kit/hooks";

/** The run's net as files. */
export default function ExportRun() {
  const app = useApp();
  const run = useAppState((state) => state.run);
  const spec = useDataSpec();
  if (!run) return null;
  const { config } = run;
  const shape = run.spec ?? spec;
  const { isCamera = false } = shape;
  return (
    <ExportMenu
      name={exportName(config)}
      isCamera={isCamera}
      net={async () => ({
        config,
        shape,
        weights: await keptWeights(app, run),
      })}
    />
  );
}
