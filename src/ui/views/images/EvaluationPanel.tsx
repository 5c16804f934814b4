import { useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { elementOf, mean } from "../../../math/vectors";
import type { PartImages, Reconstructions } from "../../../protocol/inference";
import type { Evaluator } from "../../../state/evaluator";
import { PROTOCOL_NAMES, type Protocol } from "../../charts/curves";
import { SaveFigure } from "../../figure/SaveFigure";
import * as format from "../../kit/format";
import { useItem } from "../../kit/hooks";
import classes from "../../kit/Panels.module.css";
import { ProgressBar } from "../../kit/ProgressBar";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { Word } from "../../kit/Word";
import { netInWords } from "../../net/words";
import { Gallery } from "../../pictures/Gallery";
import { type LookAt, LookChoice, picturesFor } from "../../pictures/LookChoice";
import { ProtocolChoice } from "../../pictures/ProtocolChoice";
import type { Sheet } from "../../pictures/painter";
import type { Range } from "../../pictures/range";
import { Viewer } from "../../pictures/Viewer";
import { type Order, selectImages } from "./order";
import { Scatter } from "./Scatter";

const Spread = lazyPart("ui/pictures/Spread", () => import("../../pictures/Spread"));

interface Props {
  readonly evaluator: Evaluator;
}

/** Figures and pictures of the whole test split, once they are there. */
export function EvaluationPanel({ evaluator }: Props) {
  const { config, images, net, pca, share } = useStore(evaluator.store);
  const own = evaluator.hasNet ? net : pca;
  if (!config || !images || !own || !pca) return <Waiting evaluator={evaluator} share={share} />;
  const title = evaluator.hasNet ? netInWords(config) : `PCA, ${format.numbers(config.latentSize)}`;
  return <Everything title={title} images={images} net={net} pca={pca} own={own} />;
}

function Waiting({ evaluator, share }: Props & { share: number }) {
  const failed = useStore(evaluator.store, (state) => state.failure !== null);
  if (failed) return null;
  return (
    <div aria-busy="true">
      <p className={classes.words} role="status">
        {evaluator.hasNet && share < 1
          ? "The net rebuilds every test image…"
          : "PCA rebuilds every test image…"}
      </p>
      <ProgressBar className={classes.bar} label="Images rebuilt" share={share} />
    </div>
  );
}

interface EverythingProps {
  /** Whose images they are, in a few words. */
  readonly title: string;
  readonly images: PartImages;
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
  /** The net's, or PCA's where there is no net. */
  readonly own: Reconstructions;
}

const ORDERS: readonly { value: Order; label: string }[] = [
  { value: "worst", label: "Worst first" },
  { value: "best", label: "Best first" },
  { value: "random", label: "Random" },
  { value: "behind", label: "Furthest behind PCA" },
];

function Everything({ title, images, net, pca, own }: EverythingProps) {
  const item = useItem();
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");
  const [order, setOrder] = useState<Order>("worst");
  const [garment, setGarment] = useState<number | null>(null);
  const [range, setRange] = useState<Range | null>(null);
  const [look, setLook] = useState<LookAt>("rebuilt");
  const [active, setActive] = useState(0);
  const [viewed, setViewed] = useState<{ order: Uint32Array; place: number } | null>(null);
  const tone = net ? "net" : "pca";
  const spread = useRef<HTMLElement>(null);
  const scatter = useRef<HTMLElement>(null);
  const gallery = useRef<HTMLDivElement>(null);
  const caption = () => `${title} · SSIM by ${PROTOCOL_NAMES[protocol]}`;
  const values = own.figures[protocol];
  const rival = net ? pca.figures[protocol] : null;
  const garments = useMemo(() => [...new Set(images.labels)].sort((a, b) => a - b), [images]);

  const chosen = useMemo(
    () => selectImages({ labels: images.labels, values, rival }, { order, garment, range }),
    [images, values, rival, order, garment, range],
  );
  const sheet = useMemo(
    (): Sheet => ({
      order: chosen,
      ...picturesFor(look, images, own),
      values,
    }),
    [chosen, look, images, own, values],
  );
  // Another choice begins at its first image.
  const [shownOrder, setShownOrder] = useState(chosen);
  if (shownOrder !== chosen) {
    setShownOrder(chosen);
    setActive(0);
  }
  const place = Math.min(active, Math.max(0, chosen.length - 1));

  return (
    <>
      <div className={classes.plots}>
        <section ref={spread} aria-label="How SSIM is spread">
          <h3>
            <Word of="SSIM">How SSIM is spread</Word>
            <span>{net ? "bars: this net, line: PCA" : "PCA"}</span>
            <span data-screen-only="">drag to choose</span>
            <ProtocolChoice
              value={protocol}
              onChange={(value) => {
                setProtocol(value);
                setRange(null);
              }}
            />
            <SaveFigure of={spread} name="ssim-spread" caption={caption} />
          </h3>
          <Part name="This chart" fallback={<div style={{ height: 230 }} />}>
            <Spread values={values} tone={tone} rival={rival} range={range} onRange={setRange} />
          </Part>
        </section>
        <section ref={scatter} aria-label="SSIM against MSE">
          <h3>
            <Word of="MSE">SSIM against MSE</Word>
            <span>an image a point</span>
            <span data-screen-only="">press one to open it</span>
            <SaveFigure of={scatter} name="ssim-mse" caption={caption} />
          </h3>
          <Scatter
            mse={own.figures.mse}
            ssim={values}
            tone={tone}
            chosen={chosen}
            onOpen={(image) => {
              const at = chosen.indexOf(image);
              setViewed(
                at >= 0 ? { order: chosen, place: at } : { order: Uint32Array.of(image), place: 0 },
              );
            }}
          />
        </section>
      </div>
      <div className={classes.toolbar}>
        <label>
          <select
            className={classes.select}
            aria-label="Order"
            value={order}
            onChange={(event) => setOrder(event.currentTarget.value as Order)}
          >
            {ORDERS.filter(({ value }) => net || value !== "behind").map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          <select
            className={classes.select}
            aria-label={item.Kind}
            value={garment ?? ""}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setGarment(value === "" ? null : Number(value));
            }}
          >
            <option value="">All {item.kinds}</option>
            {garments.map((id) => (
              <option key={id} value={id}>
                {images.spec.classNames[id]}
              </option>
            ))}
          </select>
        </label>
        <LookChoice value={look} onChange={setLook} />
        <output data-testid="chosen">{inWords(chosen, values, images.count)}</output>
        <button
          type="button"
          className={classes.small}
          disabled={range === null}
          onClick={() => setRange(null)}
        >
          Show all again
        </button>
        <SaveFigure of={gallery} name="gallery" caption={caption} />
      </div>
      <div ref={gallery}>
        <Gallery
          sheet={sheet}
          images={images}
          active={place}
          onActivate={setActive}
          onOpen={(at) => {
            setActive(at);
            setViewed({ order: chosen, place: at });
          }}
        />
      </div>
      {viewed && (
        <Viewer
          {...viewed}
          images={images}
          net={net}
          pca={pca}
          protocol={protocol}
          onPlace={(at) => {
            setViewed({ ...viewed, place: at });
            if (viewed.order === chosen) setActive(at);
          }}
          onClose={() => setViewed(null)}
        />
      )}
    </>
  );
}

/** "412 of 1,400 images, mean SSIM 0.862" */
function inWords(chosen: Uint32Array, values: Float32Array, count: number): string {
  if (chosen.length === 0) return "No image has such a figure";
  const all =
    chosen.length === count
      ? format.whole(count)
      : `${format.whole(chosen.length)} of ${format.whole(count)}`;
  return `${all} images, mean SSIM ${format.ssim(mean(Float32Array.from(chosen, elementOf(values))))}`;
}
