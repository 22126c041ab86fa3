"""Server of a classic MNIST tutorial, as a baseline: python -m benchmarks.load.classic_server MODEL PORT.

Flask's development server, Pillow for scaling the canvas image, and one `model.predict` per request. Only
the model comes from Inkwise; the benchmarks measure this server, Inkwise does not use it.
"""

import base64
import io
import sys

import keras
import numpy as np
from flask import Flask, jsonify, request
from PIL import Image

app = Flask(__name__)
model = keras.models.load_model(sys.argv[1])


@app.route("/predict", methods=["POST"])
def predict():
    """Return the digit in an image sent as a data URL."""
    encoded = request.get_json()["image"].split(",", 1)[1]
    image = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L").resize((28, 28))
    outputs = model.predict(np.array(image, dtype="float32").reshape(1, 28, 28))
    probabilities = outputs["digit"][0]
    return jsonify({"digit": int(probabilities.argmax()), "probabilities": probabilities.tolist()})


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]))
