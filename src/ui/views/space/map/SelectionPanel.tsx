import { useEffect, useMemo, useRef, useState } from "react";
import { elementOf, mean } from "../../../../math/vectors";
import type { PartImages, Reconstructions } from "../../../../protocol/inference";
import { PROTOCOL_NAMES, type Protocol } from "../../../charts/curves";
import { SaveFigure } from "../../../figure/SaveFigure";
import * as format from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import controls from "../../../kit/Panels.module.css";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import { Gallery } from "../../../pictures/Gallery";
import { type LookAt, LookChoice, picturesFor } from "../../../pictures/LookChoice";
import { ProtocolChoice } from "../../../pictures/ProtocolChoice";
import type { Sheet } from "../../../pictures/painter";
import type { Range } from "../../../pictures/range";
import { Viewer } from "../../../pictures/Viewer";
import { useNetTitle, useSpace, useSpaceState } from "../space";
import classes from "./SelectionPanel.module.css";

const Spread = lazyPart("ui/pictures/Spread", () => import("../../../pictures/Spread"));

/** The garments that are selected on the map, or all: how their SSIM is spread, and each of them. */
export function SelectionPanel() {
  const images = useSpaceState((state) => state.images);
  const rebuilt = useSpaceState((state) => state.rebuilt);
  const share = useSpaceState(({ progress }) =>
    progress?.step === "reconstruct" ? progress.share : null,
  );
  if (!images || !rebuilt) {
    return share === null ? null : (
      <p className={classes.note} role="status">
        The decoder rebuilds every test image, {Math.round(100 * share)}%…
      </p>
    );
  }
  return <Selected images={images} rebuilt={rebuilt} />;
}

interface Props {
  readonly images: PartImages;
  readonly rebuilt: Reconstructions;
}

function Selected({ images, rebuilt }: Props) {
  const item = useItem();
  const space = useSpace();
  const selection = useSpaceState((state) => state.selection);
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");
  const [range, setRange] = useState<Range | null>(null);
  const [look, setLook] = useState<LookAt>("original");
  const [active, setActive] = useState(0);
  const [viewed, setViewed] = useState<number | null>(null);
  const pca = usePca(viewed !== null);
  const spread = useRef<HTMLDivElement>(null);
  const gallery = useRef<HTMLDivElement>(null);
  const title = useNetTitle();
  const all = rebuilt.figures[protocol];
  const chosen = useMemo(
    () => selection ?? Uint32Array.from({ length: images.count }, (_, place) => place),
    [selection, images],
  );
  const values = useMemo(() => Float32Array.from(chosen, elementOf(all)), [chosen, all]);
  const order = useMemo(() => worstFirst(chosen, all, range), [chosen, all, range]);
  const sheet = useMemo(
    (): Sheet => ({
      order,
      ...picturesFor(look, images, rebuilt),
      values: all,
    }),
    [order, look, images, rebuilt, all],
  );
  // Another selection begins at its first image.
  const [shown, setShown] = useState(order);
  if (shown !== order) {
    setShown(order);
    setActive(0);
    setViewed(null);
  }

  const words = inWords(order, all, chosen, images.count, item.many);
  const caption = () => `${title} · ${words} by ${PROTOCOL_NAMES[protocol]}`;

  return (
    <section className={classes.panel} aria-label={`Selected ${item.many}`}>
      <header className={classes.header}>
        <h3>{selection ? `The selected ${item.many}` : `All ${item.many}`}</h3>
        <output className={classes.words} data-testid="selection">
          {words}
        </output>
        <button
          type="button"
          className={controls.small}
          disabled={selection === null}
          onClick={() => space.select(null)}
        >
          Select none
        </button>
      </header>
      <div className={classes.body}>
        <div ref={spread}>
          <h4>
            How their SSIM is spread
            <ProtocolChoice
              value={protocol}
              onChange={(value) => {
                setProtocol(value);
                setRange(null);
              }}
            />
            <SaveFigure of={spread} name="selection-ssim" caption={caption} />
          </h4>
          <p className={classes.note}>
            {selection ? (
              "Bars: the selection. Line: as many of all test images. "
            ) : (
              <span data-screen-only="">
                Draw a lasso on the map, and the bars are its {item.many}.{" "}
              </span>
            )}
            <span data-screen-only="">Drag over the bars to choose.</span>
          </p>
          <Part name="This chart" fallback={<div style={{ height: 230 }} />}>
            <Spread
              values={values}
              tone="net"
              rival={selection && all}
              line={{ colour: "var(--ink-3)", scale: values.length / all.length }}
              range={range}
              onRange={setRange}
            />
          </Part>
        </div>
        <div ref={gallery} className={classes.gallery}>
          <h4>
            Worst first
            <LookChoice value={look} onChange={setLook} />
            <SaveFigure of={gallery} name="selection-gallery" caption={caption} />
          </h4>
          <Gallery
            sheet={sheet}
            images={images}
            active={Math.min(active, Math.max(0, order.length - 1))}
            onActivate={setActive}
            onOpen={(place) => {
              setActive(place);
              setViewed(place);
            }}
          />
        </div>
      </div>
      {viewed !== null && !pca && (
        <p className={classes.note} role="status">
          PCA is being fitted, to compare with…
        </p>
      )}
      {viewed !== null && pca && (
        <Viewer
          images={images}
          net={rebuilt}
          pca={pca}
          order={order}
          place={viewed}
          protocol={protocol}
          onPlace={(place) => {
            setActive(place);
            setViewed(place);
          }}
          onClose={() => setViewed(null)}
        />
      )}
    </section>
  );
}

/** Places by rising SSIM, of those within the range. */
function worstFirst(chosen: Uint32Array, values: Float32Array, range: Range | null): Uint32Array {
  const [low, high] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const figure = elementOf(values);
  return chosen
    .filter((place) => figure(place) >= low && figure(place) <= high)
    .sort((a, b) => figure(a) - figure(b) || a - b);
}

/** "312 of 1,400 garments, mean SSIM 0.874; of all 0.902" */
function inWords(
  order: Uint32Array,
  values: Float32Array,
  chosen: Uint32Array,
  count: number,
  items: string,
): string {
  const all = format.ssim(mean(values));
  if (order.length === count) return `${format.whole(count)} ${items}, mean SSIM ${all}`;
  if (order.length === 0) return `None of ${format.whole(chosen.length)} has such an SSIM`;
  const selected = format.ssim(mean(Float32Array.from(order, elementOf(values))));
  return `${format.whole(order.length)} of ${format.whole(count)} ${items}, mean SSIM ${selected}; of all ${all}`;
}

/**
 * What PCA with as many numbers makes of the test images, to set a net's reconstructions beside.
 *
 * @param wanted from when on it is fitted: that takes seconds
 */
function usePca(wanted: boolean): Reconstructions | null {
  const space = useSpace();
  const [pca, setPca] = useState<Reconstructions | null>(null);
  const isWanted = wanted && pca === null;
  useEffect(() => {
    const { net } = space.store.getState();
    if (!isWanted || !net) return;
    const { config } = net;
    const asked = { data: config, images: { part: "test" }, kept: config.latentSize } as const;
    space.ask("pcaReconstruct", asked).then(setPca, space.report);
  }, [space, isWanted]);
  return pca;
}
