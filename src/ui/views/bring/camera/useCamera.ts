import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Pixels of a picture's sides: what is made of it later has 64 at most, and 32 unless said otherwise. */
const SIDE = 128;

export interface CameraChoice {
  readonly id: string;
  readonly label: string;
}

export interface Camera {
  readonly state: "off" | "starting" | "on";
  /** Why there is no picture, one sentence with what to do; null where nothing is wrong. */
  readonly trouble: string | null;
  /** There are several only once the browser was allowed to use one. */
  readonly cameras: readonly CameraChoice[];
  readonly chosen: string | null;
  /** Its picture is shown as in a mirror: what faces somebody is easier to hold something before. */
  readonly isMirrored: boolean;
  /** Asks the browser for a camera: only ever after a press of a button. */
  readonly start: (id?: string) => void;
  readonly stop: () => void;
  /** The middle of what is seen as a square PNG; null where there is nothing yet. */
  readonly take: () => Promise<Blob | null>;
}

/** The device's camera, shown in that element. It is let go of with the component. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): Camera {
  const [state, setState] = useState<Camera["state"]>("off");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isMirrored, setMirrored] = useState(true);
  const stream = useRef<MediaStream | null>(null);
  const asked = useRef(0);
  const canvas = useRef<HTMLCanvasElement | null>(null);

  const letGo = useCallback(() => {
    asked.current += 1;
    for (const track of stream.current?.getTracks() ?? []) track.stop();
    stream.current = null;
    if (video.current) video.current.srcObject = null;
  }, [video]);

  const stop = useCallback(() => {
    letGo();
    setState("off");
  }, [letGo]);

  const start = useCallback(
    async (id?: string) => {
      letGo();
      const own = asked.current;
      setTrouble(null);
      setState("starting");
      try {
        const found = await openCamera(id);
        // Another one was asked for meanwhile, or none is wanted any more.
        if (own !== asked.current || !video.current) {
          for (const track of found.getTracks()) track.stop();
          return;
        }
        stream.current = found;
        const [track] = found.getVideoTracks();
        const { deviceId, facingMode } = track?.getSettings() ?? {};
        track?.addEventListener("ended", () => {
          if (own !== asked.current) return;
          stop();
          setTrouble("The camera was taken away: connect it again, and start it anew.");
        });
        video.current.srcObject = found;
        await video.current.play();
        setChosen(deviceId ?? null);
        setMirrored(facingMode !== "environment");
        setState("on");
        setCameras(await listCameras());
      } catch (error) {
        if (own !== asked.current) return;
        letGo();
        setState("off");
        setTrouble(cameraTrouble(error));
      }
    },
    [video, letGo, stop],
  );

  useEffect(() => letGo, [letGo]);

  const take = useCallback(async (): Promise<Blob | null> => {
    const element = video.current;
    if (!element || element.videoWidth === 0 || element.readyState < element.HAVE_CURRENT_DATA) {
      return null;
    }
    canvas.current ??= document.createElement("canvas");
    const { current: sheet } = canvas;
    [sheet.width, sheet.height] = [SIDE, SIDE];
    const context = sheet.getContext("2d");
    if (!context) return null;
    const { videoWidth, videoHeight } = element;
    const side = Math.min(videoWidth, videoHeight);
    context.imageSmoothingQuality = "high";
    if (isMirrored) context.setTransform(-1, 0, 0, 1, SIDE, 0);
    const [x, y] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
    context.drawImage(element, x, y, side, side, 0, 0, SIDE, SIDE);
    return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  }, [video, isMirrored]);

  return {
    state,
    trouble,
    cameras,
    chosen,
    isMirrored,
    start: (id) => void start(id),
    stop,
    take,
  };
}

async function openCamera(id: string | undefined): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecurityError");
  const size = { width: { ideal: 640 }, height: { ideal: 480 } };
  const which = id === undefined ? { facingMode: "user" } : { deviceId: { exact: id } };
  return navigator.mediaDevices.getUserMedia({ video: { ...size, ...which }, audio: false });
}

async function listCameras(): Promise<CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `Camera ${i + 1}` }));
}

/** What the browser's names for it mean, and what to do. */
function cameraTrouble(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return "This page may not use the camera: allow it beside the address, and start it again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "There is no camera here: connect one and start it again, or bring pictures as files.";
    case "NotReadableError":
    case "AbortError":
      return "The camera is in use by another program: close that one, and start it again.";
    case "SecurityError":
      return "Browsers give a camera only to pages by https or on this machine: open the page that way, or bring pictures as files.";
    default:
      return `The camera does not start (${error instanceof Error ? error.message.replace(/\.$/, "") : String(error)}): start it again, or bring pictures as files.`;
  }
}
