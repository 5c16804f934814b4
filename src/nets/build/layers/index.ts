/** All layers of ours: imported, they are registered, and tfjs can read the nets that have them. */

import "./clamp";
import "./depth-to-space";
import "./nested-dropout";
