import { type FormEvent, useRef, useState } from "react";
import { broughtFiles, filesInWords } from "../../../state/brought";
import type { Bringing } from "../../../state/own-data";
import controls from "../../kit/Controls.module.css";
import { useApp } from "../../kit/hooks";
import { BringError } from "./BringError";
import classes from "./Sources.module.css";

interface Props {
  readonly bringing: Bringing;
  readonly onCamera: () => void;
}

/** Browsers on some phones have no way to choose a folder. */
const HAS_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype;

/** Where images may come from: a drop, files, a folder, an address, the camera. */
export function Sources({ bringing, onCamera }: Props) {
  const { ownData } = useApp();
  const [isOver, setIsOver] = useState(false);
  const [address, setAddress] = useState("");
  const take = (files: FileList | null) => {
    const chosen = broughtFiles(files ?? []);
    if (chosen.length > 0) ownData.bring({ files: chosen }, filesInWords(chosen));
  };
  const get = (event: FormEvent) => {
    event.preventDefault();
    const typed = address.trim();
    if (typed !== "") ownData.bring({ address: typed }, typed);
  };
  return (
    <div className={classes.sources}>
      {bringing.error && <BringError message={bringing.error} />}
      {bringing.error && bringing.what !== "" && !bringing.isCamera && (
        <ReadOtherwise bringing={bringing} />
      )}
      {/* The page itself takes what is dropped, here as anywhere. */}
      <section
        className={classes.drop}
        aria-label="Files"
        data-over={isOver || undefined}
        onDragOver={() => setIsOver(true)}
        onDragLeave={() => setIsOver(false)}
        onDrop={() => setIsOver(false)}
      >
        <p>
          <b>Drop files or a folder here</b>
          <span>or choose them</span>
        </p>
        <div className={classes.choices}>
          <FileButton label="Choose files" onFiles={take} />
          {HAS_FOLDERS && <FileButton label="Choose a folder" isFolder onFiles={take} />}
        </div>
      </section>
      <div className={classes.others}>
        <form onSubmit={get} className={classes.address}>
          <label htmlFor="bring-address">From an address</label>
          <div>
            <input
              id="bring-address"
              type="url"
              inputMode="url"
              autoComplete="off"
              placeholder="https://…/images.npz"
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
            />
            <button type="submit" className={controls.quiet} disabled={address.trim() === ""}>
              Get it
            </button>
          </div>
        </form>
        <div className={classes.camera}>
          <span>From your camera</span>
          <button type="button" className={controls.quiet} onClick={onCamera}>
            Take pictures
          </button>
        </div>
      </div>
      <dl className={classes.what}>
        <dt>What can be read</dt>
        <dd>
          folders, zips and sheets of pictures (PNG, JPEG, WebP, GIF), whose folders are classes;
          IDX files as MNIST has them; NumPy’s .npy and .npz; tables (CSV) with a row an image;
          Parquet; CIFAR’s binary files. Any of them in gzip, zip or tar.
        </dd>
        <dt>How much</dt>
        <dd>
          64 to 100,000 images in up to 100 classes. They come out with 8 × 8 to 64 × 64 pixels,
          grey or in colour: larger pictures are made smaller.
        </dd>
      </dl>
      <p className={classes.promise}>
        Nothing leaves this machine: files are read in this tab and kept in this browser alone.
      </p>
    </div>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly isFolder?: boolean;
  readonly onFiles: (files: FileList | null) => void;
}

function FileButton({ label, isFolder = false, onFiles }: FileButtonProps) {
  return (
    <label className={classes.file}>
      {label}
      <input
        type="file"
        multiple
        ref={(element) => {
          if (element) element.webkitdirectory = isFolder;
        }}
        onChange={(event) => {
          onFiles(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

/** Choices that may make something of files that nothing could be made of: there is no proposal to change. */
const OTHERWISE = [
  { name: "range", label: "Numbers from black to white", placeholder: "-3..3" },
  { name: "size", label: "Pixels down and across", placeholder: "28x28" },
  { name: "tile", label: "One image in a sheet", placeholder: "28x28" },
  { name: "labels", label: "File of labels", placeholder: "none" },
  { name: "classes", label: "Classes", placeholder: "none" },
] as const;

function ReadOtherwise({ bringing }: { readonly bringing: Bringing }) {
  const { ownData } = useApp();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!form.current) return;
    const given = new FormData(form.current);
    const filled = OTHERWISE.flatMap(({ name }) => {
      const value = String(given.get(name) ?? "").trim();
      return value === "" ? [] : [[name, value] as const];
    });
    ownData.choose(Object.fromEntries(filled));
  };
  return (
    <details className={classes.otherwise}>
      <summary>Say more about {bringing.what}, and read it again</summary>
      <form ref={form} onSubmit={submit}>
        {OTHERWISE.map(({ name, label, placeholder }) => (
          <label key={name}>
            {label}
            <input
              name={name}
              autoComplete="off"
              placeholder={placeholder}
              defaultValue={bringing.choices[name] ?? ""}
            />
          </label>
        ))}
        <button type="submit" className={controls.quiet}>
          Read it again
        </button>
      </form>
    </details>
  );
}
