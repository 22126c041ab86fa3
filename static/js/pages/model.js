/** A model's page: paint the bitmaps that the server wrote into it. */

import { fromBase64 } from "../ink/base64.js";
import { BitmapView } from "../views/bitmap.js";

for (const canvas of document.querySelectorAll("canvas[data-bitmap]")) {
  new BitmapView(canvas).show(fromBase64(canvas.dataset.bitmap));
}
