/** Data sets of one's own: those that are kept in this browser, and the one that is being brought. */

import type { StoreApi } from "zustand/vanilla";
import { errorOfEnd, explainMissing } from "../client/worker-end";
import type { RunConfig } from "../config/config";
import type { DataRef } from "../datasets/dataset";
import type { DataChange, OwnData } from "../datasets/own-data";
import { type Choices, type Proposal, titleOf } from "../datasets/proposal";
import { parseAddress } from "../protocol/address";
import type {
  BroughtFrom,
  ClassImages,
  OwnDataQuestions,
  ReadProgress,
} from "../protocol/own-data";
import { AnswerError, inWords, type RpcWorker } from "../protocol/rpc";
import { createRpcClient, type RpcClient } from "../protocol/rpc-client";

/** A data set on its way: a dialog shows it. */
export interface Bringing {
  /** For people: "train.csv and 3 more", an address, "the camera". */
  readonly what: string;
  /**
   * "choosing": nothing has been brought yet. "asking": a link names a file of another host, which nothing is asked of before somebody says so.
   * "looking" and "proposed" end where there is an error.
   */
  readonly step: "choosing" | "asking" | "looking" | "proposed" | "keeping";
  /** The other host that is to be asked, at "asking"; null otherwise. */
  readonly host: string | null;
  readonly progress: ReadProgress | null;
  /** The last good one stays while another choice is tried. */
  readonly proposal: Proposal | null;
  readonly choices: Choices;
  /** Proposed from the file's name. */
  readonly title: string;
  /** One sentence; the proposal before it stays. */
  readonly error: string | null;
  readonly isCamera: boolean;
}

export interface OwnDataState {
  /** The newest first; null until they are read. */
  readonly sets: readonly OwnData[] | null;
  /** The dialog is open while it is there. */
  readonly bringing: Bringing | null;
  /** What could not be kept or read, for people; null where all is well. */
  readonly trouble: string | null;
  /** The one removed last, while it can be put back. */
  readonly removed: OwnData | null;
}

export interface OwnDataStore {
  readonly state: StoreApi<OwnDataState>;
  /** Opens the dialog with nothing brought yet, and leads back there from a proposal. */
  start(): void;
  /**
   * Looks at files or an address; another one that is being brought is dropped.
   *
   * @param what for people: "train.csv and 3 more"
   */
  bring(from: BroughtFrom, what: string, isCamera?: boolean): void;
  /** The same of an address that a link names: another host is asked once somebody has said so. */
  bringLinked(address: string): void;
  /** The host of an address may be asked: goes on from "asking". */
  allow(): void;
  /** Changes choices and looks again. */
  choose(choices: Choices): void;
  setTitle(title: string): void;
  /** Keeps what is proposed; the form takes it with all its classes. Null where that failed, which is said. */
  keep(): Promise<OwnData | null>;
  /** Drops what is being brought: nothing of it is kept. */
  cancel(): void;
  /** The changed set, whose id is another one where its images or classes are; null where that failed. */
  change(id: DataRef, change: DataChange): Promise<OwnData | null>;
  remove(id: DataRef): Promise<unknown>;
  putBack(): Promise<unknown>;
  /** Null where they cannot be had. */
  images(id: DataRef, classId: number, from: number, count: number): Promise<ClassImages | null>;
  dismissTrouble(): void;
  dispose(): void;
}

/** What own data sets need of the page around them. */
export interface OwnDataHost {
  readonly start: () => RpcWorker<OwnDataQuestions>;
  /** All that are kept, whenever that has changed. */
  known(sets: readonly OwnData[]): void;
  /** One was brought. */
  taken(set: OwnData): void;
  /** One has become another. */
  replaced(before: DataRef, set: OwnData): void;
  /** Whether a stored run was trained on it. */
  isUsed(id: DataRef): boolean;
  /** What the form says. */
  settings(): RunConfig;
  /** Whether a run on it is under way. */
  isTraining(id: DataRef): boolean;
  change(change: Partial<RunConfig>): void;
  /** Has the form take the data that a visit begins with; what they are called. */
  fallBack(): string;
}

type Client = RpcClient<OwnDataQuestions>;

const NOTHING_BROUGHT: Bringing = {
  what: "",
  step: "choosing",
  host: null,
  progress: null,
  proposal: null,
  choices: {},
  title: "",
  error: null,
  isCamera: false,
};

const DROPPED = new AnswerError("The data set is no longer wanted.", "Bring it again.");

/** What is asked of the worker, and what becomes of that in the state. */
export function createOwnDataStore(
  state: StoreApi<OwnDataState>,
  host: OwnDataHost,
): Omit<OwnDataStore, "state"> & { list(): Promise<void> } {
  const name = "The part of the page that reads data sets";
  const connect = (from?: BroughtFrom): Client =>
    createRpcClient({
      name,
      start: host.start,
      toError: errorOfEnd(
        explainMissing,
        name,
        ({ words }) =>
          new AnswerError(`${words}.`, "Try again; bring fewer images if it comes back.", true),
      ),
      ...(from ? { first: { question: "bring" as const, ask: from } } : {}),
    });
  const kept = connect();
  /** A worker of its own: it holds files in memory, and its end drops all that is half done. */
  let bringing: { readonly from: BroughtFrom; client: Client; asked: AbortController } | null =
    null;

  const update = (change: Partial<Bringing>): void => {
    const shown = state.getState().bringing;
    if (shown) state.setState({ bringing: { ...shown, ...change } });
  };

  /** The form's settings before its set was deleted, and what they became: both come back with it. */
  let left: {
    readonly before: RunConfig;
    readonly after: RunConfig;
    readonly words: string;
  } | null = null;

  /** The form is for a set that is no longer there: it takes the data that a visit begins with. */
  const leave = (gone: OwnData): void => {
    const before = host.settings();
    const data = host.fallBack();
    const { title, id } = gone.spec;
    // Where another tab deleted it, it is put back there.
    const isHere = state.getState().removed?.spec.id === id;
    const words = [
      `“${title}” was deleted, and the settings were for it: they are for ${data} now.`,
      ...(isHere ? ["“Undo” under Data brings both back."] : []),
      `Runs that were trained on it stay${host.isTraining(id) ? ", and the one under way goes on to its end." : "."}`,
    ].join(" ");
    left = { before, after: host.settings(), words };
    state.setState({ trouble: words });
  };

  const comeBack = (): void => {
    if (!left) return;
    // Who has chosen something else meanwhile keeps that.
    if (host.settings() === left.after) host.change(left.before);
    if (state.getState().trouble === left.words) state.setState({ trouble: null });
    left = null;
  };

  /** @param heir what takes the place of the one that is no longer there */
  const show = (sets: readonly OwnData[], heir?: OwnData): void => {
    const { sets: shown } = state.getState();
    state.setState({ sets });
    host.known(sets);
    const { data } = host.settings();
    const isOf = ({ spec }: OwnData) => spec.id === data;
    const gone = sets.some(isOf) ? undefined : shown?.find(isOf);
    if (gone && !heir) leave(gone);
    if (left && sets.some(({ spec }) => spec.id === left?.before.data)) comeBack();
  };

  /** Puts a set in its place of the list. */
  const put = (set: OwnData, without?: DataRef): void => {
    const others = (state.getState().sets ?? []).filter(
      ({ spec }) => spec.id !== set.spec.id && spec.id !== without,
    );
    show(
      [set, ...others].sort((a, b) => b.keptAt - a.keptAt),
      set,
    );
  };

  const attempt = async <Answer>(work: () => Promise<Answer>): Promise<Answer | null> => {
    try {
      return await work();
    } catch (error) {
      state.setState({ trouble: inWords(error) });
      return null;
    }
  };

  const list = async (): Promise<void> => {
    show((await attempt(() => kept.ask("list", null))) ?? state.getState().sets ?? []);
  };

  const drop = (): void => {
    bringing?.asked.abort(DROPPED);
    bringing?.client.end(DROPPED);
    bringing = null;
    state.setState({ bringing: null });
  };

  /** Asks about what is being brought; null where that failed, which is said, or is no longer wanted. */
  const ask = async <Answer>(
    work: (client: Client, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | null> => {
    if (!bringing) return null;
    bringing.asked.abort(DROPPED);
    bringing.asked = new AbortController();
    const { client, asked } = bringing;
    try {
      return await work(client, asked.signal);
    } catch (error) {
      if (!asked.signal.aborted) {
        const { proposal = null } = state.getState().bringing ?? {};
        update({ error: inWords(error), progress: null, step: proposal ? "proposed" : "looking" });
      }
      return null;
    }
  };

  const look = async (): Promise<void> => {
    update({ step: "looking", progress: null, error: null });
    const { choices = {} } = state.getState().bringing ?? {};
    const proposal = await ask((client, signal) =>
      client.ask(
        "propose",
        { choices },
        { signal, onProgress: (progress) => update({ progress }) },
      ),
    );
    if (proposal) update({ proposal, step: "proposed", progress: null });
  };

  const begin = (from: BroughtFrom, shown: Pick<Bringing, "what" | "isCamera" | "host">): void => {
    drop();
    bringing = { from, client: connect(from), asked: new AbortController() };
    state.setState({
      bringing: {
        ...shown,
        step: shown.host === null ? "looking" : "asking",
        progress: null,
        proposal: null,
        choices: {},
        title: shown.isCamera ? "Camera" : firstTitle(from),
        error: null,
      },
    });
  };

  const bring = (from: BroughtFrom, what: string, isCamera = false): void => {
    begin(from, { what, isCamera, host: null });
    void look();
  };

  return {
    list,
    start() {
      drop();
      state.setState({ bringing: NOTHING_BROUGHT });
    },
    bring,
    bringLinked(address) {
      const { origin, href } = window.location;
      const url = parseAddress(address, href);
      const from = { address: url?.href ?? address };
      if (!url || url.origin === origin) return bring(from, from.address);
      begin(from, { what: from.address, isCamera: false, host: url.host });
    },
    allow() {
      update({ host: null });
      void look();
    },
    choose(choices) {
      const shown = state.getState().bringing;
      if (!shown || shown.step === "keeping") return;
      update({ choices: { ...shown.choices, ...choices } });
      void look();
    },
    setTitle: (title) => update({ title }),
    async keep() {
      const shown = state.getState().bringing;
      if (!shown?.proposal || shown.step === "keeping") return null;
      update({ step: "keeping", progress: null, error: null });
      const { choices, isCamera, what } = shown;
      const title = shown.title.trim() || "Own data";
      const set = await ask((client, signal) =>
        client.ask(
          "keep",
          { choices, title, isCamera, from: what },
          { signal, onProgress: (progress) => update({ progress }) },
        ),
      );
      if (!set) return null;
      drop();
      put(set);
      host.taken(set);
      return set;
    },
    cancel: drop,
    change: (id, change) =>
      attempt(async () => {
        const before = state.getState().sets?.find(({ spec }) => spec.id === id) ?? null;
        const keepsOld = host.isUsed(id);
        const set = await kept.ask("change", { id, change, keepsOld });
        const isOther = set.spec.id !== id;
        put(set, keepsOld ? undefined : id);
        if (isOther && !keepsOld) state.setState({ removed: before });
        if (isOther) host.replaced(id, set);
        return set;
      }),
    async remove(id) {
      await attempt(async () => {
        const removed = state.getState().sets?.find(({ spec }) => spec.id === id) ?? null;
        await kept.ask("remove", { id });
        state.setState({ removed });
        show((state.getState().sets ?? []).filter(({ spec }) => spec.id !== id));
      });
    },
    async putBack() {
      const { removed } = state.getState();
      state.setState({ removed: null });
      if (!removed) return;
      const set = await attempt(() => kept.ask("restore", { id: removed.spec.id }));
      if (set) put(set);
    },
    images: (id, classId, from, count) =>
      attempt(() => kept.ask("images", { id, classId, from, count })),
    dismissTrouble: () => state.setState({ trouble: null }),
    dispose() {
      drop();
      kept.end(DROPPED);
    },
  };
}

/** Of the folder or the file that it is in, or of the address. */
function firstTitle(from: BroughtFrom): string {
  if ("address" in from) return titleOf(from.address.replace(/[?#].*$/, ""));
  const [first] = from.files;
  if (!first) return "";
  const [folder] = first.path.split("/");
  const isFolder =
    first.path.includes("/") && from.files.every(({ path }) => path.startsWith(`${folder}/`));
  return titleOf(isFolder ? folder! : first.path);
}
