import { type RefObject, useEffect, useRef, useState } from "react";
import { layOutByUmap } from "../../../../client/umap";
import { createUmapWorker } from "../../../../client/worker";
import { createMap, isUmapPending, type SpaceMap } from "../../../../state/space/map/map";
import { SaveFigure } from "../../../figure/SaveFigure";
import { useItem } from "../../../kit/hooks";
import { useNetTitle, useSpace, useSpaceState } from "../space";
import { AxesWords } from "./AxesWords";
import { HerePanel } from "./HerePanel";
import { Legend } from "./Legend";
import { MapCanvas } from "./MapCanvas";
import classes from "./MapSection.module.css";
import { MapToolbar } from "./MapToolbar";
import { type Look, MapContext, useMapState } from "./maps";
import { SelectionPanel } from "./SelectionPanel";
import { UmapBar } from "./UmapBar";

const FIRST_LOOK: Look = { colourBy: "class", tool: "look", tiles: false };

/** A map of all test images' codes: looked at, coloured, selected from, and drawn by the decoder. */
export function MapSection() {
  const item = useItem();
  const space = useSpace();
  const stage = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<SpaceMap | null>(null);
  const [look, setLook] = useState(FIRST_LOOK);
  const change = (changes: Partial<Look>) => setLook((old) => ({ ...old, ...changes }));

  useEffect(() => {
    const made = createMap(space, (request, options) =>
      layOutByUmap(createUmapWorker, request, options),
    );
    setMap(made);
    return () => made.dispose();
  }, [space]);

  const isReady = useSpaceState((state) => state.axes !== null);
  if (!map) return null;
  return (
    <MapContext.Provider value={map}>
      <section className={classes.section} aria-label="Map of the codes">
        <MapToolbar look={look} onChange={change}>
          <Save of={stage} />
        </MapToolbar>
        <div ref={stage} className={classes.stage}>
          <div className={classes.map}>{isReady ? <MapCanvas look={look} /> : <Waiting />}</div>
          <div className={classes.here}>
            <HerePanel />
          </div>
          <div className={classes.about}>
            <UmapBar />
            <Legend look={look} />
            <AxesWords />
            {isReady && (
              <p id="map-keys" className={classes.keys} data-screen-only="">
                Arrow keys move the place, with Shift the map; + and − zoom, 0 shows all; Enter goes
                to the nearest {item.one}, Esc selects none. Press the map, then its wheel zooms.
              </p>
            )}
          </div>
        </div>
        <div className={classes.selection}>
          <SelectionPanel />
        </div>
      </section>
    </MapContext.Provider>
  );
}

/** Not while the points still stand on other axes than those chosen. */
function Save({ of }: { of: RefObject<HTMLElement | null> }) {
  const title = useNetTitle();
  const isPending = useMapState(isUmapPending);
  if (isPending) return null;
  return <SaveFigure of={of} name="map" caption={() => `Codes of test images by ${title}`} />;
}

/** The map's place while its codes are on their way. */
function Waiting() {
  const share = useSpaceState(({ progress }) =>
    progress?.step === "encode" ? progress.share : null,
  );
  const failed = useSpaceState(({ failure }) => failure !== null);
  return (
    <div className={classes.waiting} aria-busy={!failed}>
      <p role="status">
        {failed
          ? "There is no map."
          : share === null
            ? "Opening the net…"
            : `The encoder takes in every test image, ${Math.round(100 * share)}%…`}
      </p>
    </div>
  );
}
