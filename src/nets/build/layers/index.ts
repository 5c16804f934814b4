/** All layers of ours: imported, they are registered, and tfjs can read the nets that have them. */

import "./activity-regularization";
import "./bilinear";
import "./clamp";
import "./depth-to-space";
import "./group-normalization";
import "./hard-sigmoid";
import "./nested-dropout";
import "./sampling";
import "./spatial-dropout";
import "./subtract";
