/** A model's page: paint the bitmaps that the server wrote into it. */

import { BitmapView } from "../draw/views.js";
import { fromBase64 } from "../ink/bitmap.js";

for (const canvas of document.querySelectorAll("canvas[data-bitmap]")) {
  new BitmapView(canvas).show(fromBase64(canvas.dataset.bitmap));
}
