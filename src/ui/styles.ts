/** Style sheets in the order that they must apply: Mantine's, of the parts used, then our own. */

import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/VisuallyHidden.css";
import "@mantine/core/styles/Loader.css";
import "@mantine/core/styles/ActionIcon.css";
import "@mantine/core/styles/Input.css";
import "@mantine/core/styles/Chip.css";
import "@mantine/core/styles/FloatingIndicator.css";
import "@mantine/core/styles/SegmentedControl.css";
import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Toggle.css";
import "@mantine/core/styles/Switch.css";
import "@mantine/core/styles/Popover.css";
import "./fonts.css";
import "./tokens.css";
import "./print.css";
