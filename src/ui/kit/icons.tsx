/** Small line icons on a 20 × 20 grid, in the colour of the text around them; never read aloud. */

import type { ReactNode } from "react";

function Icon({ size = 18, children }: { size?: number | undefined; children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

type Props = { size?: number };

export const PlayIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M6.5 4.2v11.6L15.6 10z" fill="currentColor" />
  </Icon>
);
export const PauseIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M6.5 4.5h1.8v11H6.5zM11.7 4.5h1.8v11h-1.8z" fill="currentColor" />
  </Icon>
);
export const StepIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M5 4.5v11L12 10z" fill="currentColor" />
    <path d="M15 4.5v11" strokeWidth="2.2" />
  </Icon>
);
export const StopIcon = ({ size }: Props) => (
  <Icon size={size}>
    <rect x="5" y="5" width="10" height="10" rx="1" fill="currentColor" />
  </Icon>
);
export const ResetIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M4 10a6 6 0 1 0 2-4.5" />
    <path d="M6.2 2.6v3.2h3.2" />
  </Icon>
);
export const BackIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M12.5 4.5 7 10l5.5 5.5" />
  </Icon>
);
export const ForwardIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M7.5 4.5 13 10l-5.5 5.5" />
  </Icon>
);
export const UndoIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M4 8h8a4 4 0 0 1 0 8H8" />
    <path d="M7 4.5 3.5 8 7 11.5" />
  </Icon>
);
export const RedoIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M16 8H8a4 4 0 0 0 0 8h4" />
    <path d="M13 4.5 16.5 8 13 11.5" />
  </Icon>
);
export const LoopIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M4 9.5V8.7A2.7 2.7 0 0 1 6.7 6H15M16 10.5v.8a2.7 2.7 0 0 1-2.7 2.7H5" />
    <path d="m12.6 3.4 2.6 2.6-2.6 2.6M7.4 16.6 4.8 14l2.6-2.6" />
  </Icon>
);
export const QueueIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M3 5h9M3 10h6M3 15h6M14.5 9.5v7M11 13h7" />
  </Icon>
);
export const LinkIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.7-2.7a3.2 3.2 0 0 0-4.6-4.6l-1 1" />
    <path d="M11.5 8.5a3.2 3.2 0 0 0-4.6 0l-2.7 2.7a3.2 3.2 0 0 0 4.6 4.6l1-1" />
  </Icon>
);
export const UpIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M10 16V4.5M5.5 9 10 4.5 14.5 9" />
  </Icon>
);
export const DownIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M10 4v11.5M5.5 11l4.5 4.5 4.5-4.5" />
  </Icon>
);
export const SaveIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M10 3v9.5M6 8.8l4 4 4-4M3.5 16.5h13" />
  </Icon>
);
export const SunIcon = ({ size }: Props) => (
  <Icon size={size}>
    <circle cx="10" cy="10" r="3.3" />
    <path d="M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1" />
  </Icon>
);
export const MoonIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z" />
  </Icon>
);
export const WarningIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M10 3 2.5 16.5h15z" />
    <path d="M10 8.2v3.8M10 14.3v.1" />
  </Icon>
);
export const CloseIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />
  </Icon>
);
export const StarIcon = ({ size, filled = false }: Props & { filled?: boolean }) => (
  <Icon size={size}>
    <path
      d="m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5L10 14.2l-4.5 2.4.9-5L2.8 8.1l5-.7z"
      fill={filled ? "currentColor" : "none"}
    />
  </Icon>
);

/** The mark: threads that narrow and widen again. */
export const LoomMark = ({ size = 26 }: Props) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 32 32"
    fill="none"
    stroke="var(--net)"
    strokeWidth="2"
    strokeLinecap="round"
    aria-hidden="true"
  >
    <path d="M2 4C10 4 11 13 16 13s6-9 14-9M2 12c7 0 9 3 14 3s7-3 14-3M2 20c7 0 9-3 14-3s7 3 14 3M2 28c8 0 9-9 14-9s6 9 14 9" />
  </svg>
);
export const PlusIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const MinusIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M4.5 10h11" />
  </Icon>
);
export const WholeIcon = ({ size }: Props) => (
  <Icon size={size}>
    <path d="M4 7.5V4h3.5M12.5 4H16v3.5M16 12.5V16h-3.5M7.5 16H4v-3.5" />
  </Icon>
);
